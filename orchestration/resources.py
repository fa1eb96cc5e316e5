"""What assets and checks are handed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from importlib.metadata import version as installed_version
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource
from packaging import version
from pydantic import PrivateAttr

from orchestration.engines import Engine, engine_of
from orchestration.errors import EmporiumError
from orchestration.history import Run
from orchestration.locking import only_writer
from orchestration.paths import Paths
from orchestration.project import Project


class DbtProcess(DbtCliResource):
    """dbt as a process of its own, and nothing of it in this one."""

    @cached_property
    def _cli_version(self) -> version.Version:
        """The installed dbt's version, which dagster-dbt would start a process to ask for."""
        return version.parse(installed_version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: object) -> Any:
        """Leaves out the adapter that dagster-dbt would load dbt for: row counts are in the
        engine's catalogue, columns in the contracts."""


class Warehouse(dg.ConfigurableResource):
    """The warehouse that a run writes; holding it is holding the right to write."""

    _project: Project = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Warehouse"]:
        """Takes the one writer's place for as long as the run needs it.

        The run ends with the page of the review, green or red: what is held stands on it, too.
        """
        self._project = Project.from_environment()
        self.engine.require()
        with only_writer(self._project.paths):
            self.engine.make_way()
            try:
                yield self
            finally:
                from reports.page import keep_up

                keep_up(self._project.paths)

    @property
    def project(self) -> Project:
        """The dbt project of this run."""
        return self._project

    @property
    def paths(self) -> Paths:
        """Where the warehouse lies."""
        return self._project.paths

    @property
    def engine(self) -> Engine:
        """What the warehouse is built with."""
        return engine_of(self._project.paths)

    def as_of(self) -> date:
        """First day that the built data does not cover.

        Raises:
            EmporiumError: nothing has been built, or the data holds no order.
        """
        as_of = self.engine.as_of()
        if as_of is None:
            raise EmporiumError(
                f"The data in {self.paths.raw} holds no order and no `as_of` was given: land "
                "orders, or give the day with AS_OF=YYYY-MM-DD."
            )
        return as_of

    def run(self, context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Run:
        """How the history names this run.

        A run that fails before it knows its `as_of` counts as of the day on which it started.
        """
        record = context.instance.get_run_record_by_id(context.run.run_id)
        started = record.start_time if record else None
        if started is None:
            raise RuntimeError(f"Dagster does not know run {context.run.run_id}")
        at = datetime.fromtimestamp(started, UTC).replace(tzinfo=None)
        return Run(run_id=context.run.run_id, started_at=at, as_of=self.engine.as_of() or at.date())
