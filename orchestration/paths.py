"""Where things lie on disk."""

import os
from dataclasses import dataclass
from pathlib import Path

from orchestration.profile import DEFAULT_TARGET, chosen_target, engine_of_target

CODE_DIR = Path(__file__).resolve().parent.parent
"""Where this code lies, with the profile that it builds with and Dagster's settings."""
PROJECT_DIR = Path(os.environ.get("DBT_PROJECT_DIR") or CODE_DIR).resolve()
"""The dbt project that it runs: dbt's own variable `DBT_PROJECT_DIR`, or else this repository.

Gates, and what Python computes, are looked up by name: another project has packages `expectations`
and `analytics` of its own, which extend those here and come before them on Python's path.
"""


@dataclass(frozen=True)
class Paths:
    """The folders and files of one warehouse, all below its data folder.

    Attributes:
        data: the data folder; `EMPORIUM_DATA`, or `data/` in the project.
        dbt_target: the target of dbt's profile; `EMPORIUM_TARGET`, or the default. Each engine
            has folders of its own, but for the raw zone.
    """

    data: Path
    dbt_target: str = DEFAULT_TARGET

    @classmethod
    def from_environment(cls) -> "Paths":
        """The paths below `EMPORIUM_DATA`, or below `data/` in the project.

        Raises:
            EmporiumError: the profile does not know the target of `EMPORIUM_TARGET`.
        """
        data = Path(os.environ.get("EMPORIUM_DATA") or PROJECT_DIR / "data").resolve()
        return cls(data, chosen_target())

    @property
    def engine(self) -> str:
        """What the target runs on: `duckdb` or `spark`."""
        return engine_of_target(self.dbt_target)

    @property
    def raw(self) -> Path:
        """The raw zone: `<system>/<table>/*.parquet`, append-only."""
        return self.data / "raw"

    @property
    def build(self) -> Path:
        """What runs write and readers never open."""
        return self.data / "build" / self._folder

    @property
    def warehouse(self) -> Path:
        """The build file: staging, intermediate and the candidates of all marts."""
        return self.build / "warehouse.duckdb"

    @property
    def history(self) -> Path:
        """The history of runs: gate results, publications, row ledgers."""
        return self.build / "history.duckdb"

    @property
    def basis(self) -> Path:
        """What the published marts rest on, as a hash; absent unless one run published them all."""
        return self.build / "basis"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' report of the last gates, as HTML."""
        return self.build / "data_docs"

    @property
    def target(self) -> Path:
        """dbt's artifacts."""
        return self.build / "target"

    @property
    def lock(self) -> Path:
        """Held by the one run that may write."""
        return self.build / ".lock"

    @property
    def dagster_home(self) -> Path:
        """Dagster's run and event storage."""
        return self.build / "dagster"

    @property
    def serving(self) -> Path:
        """The only file that readers open."""
        return self._served / "marts.duckdb"

    @property
    def page(self) -> Path:
        """The review as a page, made from the serving file."""
        return self._served / "review.html"

    @property
    def versions(self) -> Path:
        """The last published versions of the serving file."""
        return self._served / "versions"

    @property
    def spark_log(self) -> Path:
        """What Spark says, which no terminal shows."""
        return self.build / "spark.log"

    @property
    def _served(self) -> Path:
        return self.data / "serving" / self._folder

    @property
    def _folder(self) -> str:
        default = engine_of_target(DEFAULT_TARGET)
        return "" if self.engine == default else self.engine
