"""Runs a mart's suite on its candidate, before anyone can read it."""

import importlib
import logging
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from expectations.suite import (
    NO_ROWS,
    Baseline,
    Expectation,
    Suite,
    TableChecks,
    first_line,
    require_sound,
)
from orchestration.errors import EmporiumError

if TYPE_CHECKING:
    from great_expectations.core import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context.data_context.ephemeral_data_context import (
        EphemeralDataContext,
    )
    from great_expectations.expectations.expectation import Expectation as GxExpectation

# Enough to recognise what is wrong, short enough for a terminal, a table and a check in Dagster.
SHOWN_VALUES = 3
SHOWN_CHARACTERS = 200

# Arguments that say where to look; the others say what is expected there.
_DOMAIN = {"column", "column_list", "column_A", "column_B", "row_condition", "condition_parser"}
# What GX and SQLAlchemy put before the words that matter.
_WRAPPERS = re.compile(
    r'^(An SQL execution Exception occurred\.\s+\w+: ")?(\(_?duckdb\.\w+\) |Error: )'
)


@dataclass(frozen=True)
class ExpectationResult:
    """What became of one expectation.

    Attributes:
        observed: what was seen, short.
        reason: why it failed, in one sentence; empty when it passed.
    """

    mart: str
    table: str
    name: str
    statement: str
    passed: bool
    observed: str
    reason: str


@dataclass(frozen=True)
class GateReport:
    """The results of a mart's suite, in its order; `passed` when every one did."""

    mart: str
    passed: bool
    results: tuple[ExpectationResult, ...]


class Batch(NamedTuple):
    """A table as Great Expectations is given it.

    Attributes:
        parameters: what the definition leaves open: a dataframe, where the engine has such.
    """

    definition: "BatchDefinition[Any]"
    parameters: dict[str, Any] | None


class OpenTables(Protocol):
    """Tables that can be looked at now."""

    def batch(self, table: str) -> Batch:
        """A table of the candidates, given as `schema.table`."""

    def query(self, sql: str) -> str:
        """The query of an identity as the engine, by way of Great Expectations, wants it."""


class Tables(Protocol):
    """What a gate looks at."""

    def opened(
        self, context: "EphemeralDataContext", mart: str
    ) -> AbstractContextManager[OpenTables]:
        """The candidate of a mart and what it is compared with, for as long as the gate runs.

        Raises:
            EmporiumError: they are not there, or cannot be opened.
        """


@dataclass(frozen=True)
class DuckDBTables:
    """Candidates in a DuckDB file, opened read-only.

    Attributes:
        warehouse: the file.
        published: the serving file, which queries read as the catalog `published`; None, or a
            path without a file, before the first publication.
    """

    warehouse: Path
    published: Path | None

    @contextmanager
    def opened(self, context: "EphemeralDataContext", mart: str) -> Iterator[OpenTables]:
        """Closes both files at the end, so that the same process may write them."""
        from great_expectations.datasource.fluent.interfaces import TestConnectionError

        import expectations.duckdb_datasource as duckdb_datasource  # (adds add_duckdb)

        if not self.warehouse.is_file():
            raise EmporiumError(
                f"There is no candidate of {mart}: {self.warehouse} does not exist; build the "
                "warehouse."
            )
        attached = {}
        if self.published and self.published.is_file():
            attached["published"] = str(self.published)
        try:
            datasource = context.data_sources.add_duckdb(
                "candidate", database=str(self.warehouse), attached=attached
            )
        except TestConnectionError as error:
            files = " and ".join([str(self.warehouse), *attached.values()])
            why = _WRAPPERS.sub("", first_line(error.__cause__ or error))
            raise EmporiumError(
                f"The gate cannot open {files} ({why}); end what else writes there, or build anew."
            ) from error
        try:
            yield duckdb_datasource.OpenDuckDB(datasource)
        finally:
            datasource.get_execution_engine().close()


def load_suite(mart: str) -> Callable[[Baseline], Suite]:
    """The function `suite` of `expectations/<mart>.py`.

    Raises:
        EmporiumError: there is no such file, or no such function in it.
    """
    module = f"expectations.{mart}"
    try:
        suite = getattr(importlib.import_module(module), "suite", None)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        suite = None
    if not callable(suite):
        raise EmporiumError(
            f"The mart {mart} has no gate; declare suite(baseline) in expectations/{mart}.py."
        )
    return suite


def run_gate(
    mart: str,
    suite: Suite,
    tables: Tables,
    data_docs: Path,
    run_name: str,
) -> GateReport:
    """Evaluates `suite` inside the engine that has the tables, and writes its Data Docs.

    Args:
        mart: the mart that is gated.
        suite: what has to hold.
        tables: the candidate, and what is published.
        data_docs: the folder of the HTML report, `index.html` in it. The pages of other marts stay;
            those of this mart are replaced.
        run_name: what Data Docs call this run.

    An expectation that cannot be evaluated has failed, with the error as its reason.

    Raises:
        EmporiumError: the suite checks nothing or is badly declared, there is no candidate, or the
            report cannot be written.
    """
    require_sound(mart, suite)
    with _quiet_gx():
        try:
            context = _context(mart, data_docs)
            with tables.opened(context, mart) as opened:
                results = tuple(
                    result
                    for checks in suite
                    for result in _check_table(context, opened, mart, checks, run_name)
                )
            _write_data_docs(context, mart, data_docs)
        except OSError as error:
            raise EmporiumError(
                f"The report of the gate of {mart} cannot be written below {data_docs} "
                f"({first_line(error)}); free space or make the folder writable."
            ) from error
    return GateReport(mart, all(result.passed for result in results), results)


@contextmanager
def _quiet_gx() -> Iterator[None]:
    """GX logs the stack trace of each failed query; the reason is in the result."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def import_gx() -> None:
    """Imports Great Expectations without Spark's client for servers.

    That client ends the process, should it lack a dependency where the main module has no file, and
    in the processes that Dagster's UI starts it has none.
    """
    client = "pyspark.sql.connect"
    absent = client not in sys.modules
    if absent:
        sys.modules[client] = None  # pyrefly: ignore[unsupported-operation]
    try:
        importlib.import_module("great_expectations")
    finally:
        if absent:
            del sys.modules[client]


def _context(mart: str, data_docs: Path) -> "EphemeralDataContext":
    """A context of its own for each gate, so that no name is taken; only results are on disk."""
    import_gx()
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    for stale in (_stored_results(data_docs) / mart, _pages(data_docs) / mart):
        if stale.exists():
            shutil.rmtree(stale)
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    config.stores[config.validation_results_store_name]["store_backend"] = {
        "class_name": "TupleFilesystemStoreBackend",
        "base_directory": _literal(_stored_results(data_docs)),
        "suppress_store_backend_id": True,
    }
    config.data_docs_sites = {
        "Emporium": {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": _literal(data_docs.resolve()),
            },
            # GX takes the text, not the value, for 'leave this section out'.
            "site_section_builders": {"expectations": "None", "profiling": "None"},
        }
    }
    return gx.get_context(mode="ephemeral", project_config=config)


def _literal(path: Path) -> str:
    """A path in GX's configuration, where '$' would start a variable."""
    return str(path).replace("$", r"\$")


def _stored_results(data_docs: Path) -> Path:
    """What the pages of the last gate of each mart are rendered from, and the index lists."""
    return data_docs.resolve() / "results"


def _pages(data_docs: Path) -> Path:
    return data_docs.resolve() / "validations"


def _check_table(
    context: "EphemeralDataContext",
    tables: OpenTables,
    mart: str,
    checks: TableChecks,
    run_name: str,
) -> Iterator[ExpectationResult]:
    """One result for each expectation of a table, in order; all of them stored for Data Docs."""
    declared = {expectation.name: expectation for expectation in checks.expectations}
    outcomes: dict[str, tuple[bool, str, str]] = {}
    built: list[GxExpectation] = []
    for expectation in checks.expectations:
        try:
            built.append(_build(expectation, tables))
        except Exception as error:
            outcomes[expectation.name] = _not_evaluated(error)
    missing = _not_evaluated("Great Expectations returned no result for it")
    validation = None
    try:
        validation = _validate(tables, mart, checks.table, built)
        for result in validation.results:
            if result.expectation_config is not None:
                name = result.expectation_config.meta["name"]
                outcomes[name] = _outcome(result, declared[name])
    except Exception as error:
        missing = _not_evaluated(error)
    if validation is not None:
        _store(context, validation, run_name)
    for expectation in checks.expectations:
        outcome = outcomes.get(expectation.name, missing)
        yield ExpectationResult(
            mart, checks.table, expectation.name, expectation.statement, *outcome
        )


def _build(expectation: Expectation, tables: OpenTables) -> "GxExpectation":
    import great_expectations.expectations as gxe
    from great_expectations.compatibility import pydantic

    from expectations.no_rows import ExpectNoRows

    arguments = dict(expectation.arguments)
    if expectation.kind == NO_ROWS:
        kind: type[GxExpectation] = ExpectNoRows
        arguments["unexpected_rows_query"] = tables.query(arguments["unexpected_rows_query"])
    else:
        found = getattr(gxe, expectation.kind, None)
        if found is None:
            raise ValueError(f"there is no {expectation.kind} in great_expectations.expectations")
        kind = found
    try:
        return kind(
            **arguments,
            description=expectation.statement,
            meta={"name": expectation.name},
        )
    except pydantic.ValidationError as error:
        faults = {f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors()}
        raise ValueError(
            f"{expectation.kind} refuses its arguments ({'; '.join(sorted(faults))})"
        ) from error


def _validate(
    tables: OpenTables, mart: str, table: str, expectations: "list[GxExpectation]"
) -> "ExpectationSuiteValidationResult":
    """Evaluates the expectations of a table together."""
    import great_expectations as gx
    from great_expectations.validator.v1_validator import Validator

    batch = tables.batch(table)
    validator = Validator(
        batch_definition=batch.definition,
        batch_parameters=batch.parameters,
        result_format={"result_format": "BASIC", "partial_unexpected_count": SHOWN_VALUES},
    )
    # GX makes folders of the dots, so each mart has one of its own whichever tables it looks at.
    name = f"{mart}.{table.removeprefix(mart + '.')}"
    validation = validator.validate_expectation_suite(
        gx.ExpectationSuite(name, expectations=expectations)
    )
    # Some expectations answer with a boolean of numpy, which JSON refuses.
    validation.success = bool(validation.success)
    for result in validation.results:
        result.success = bool(result.success)
    return validation


def _store(
    context: "EphemeralDataContext", validation: "ExpectationSuiteValidationResult", run_name: str
) -> None:
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    run = RunIdentifier(run_name=run_name, run_time=datetime.now(UTC))
    validation.meta |= {"run_id": run, "validation_time": run.run_time}
    suite = ExpectationSuiteIdentifier(validation.suite_name)
    key = ValidationResultIdentifier(suite, run, validation.batch_id)
    context.validation_results_store.set(key, validation)


def _write_data_docs(context: "EphemeralDataContext", mart: str, data_docs: Path) -> None:
    """Renders the pages of this mart, and the index of all marts.

    Raises:
        OSError: a page was not written.
    """
    from great_expectations.data_context.types.resource_identifiers import (
        ValidationResultIdentifier,
    )

    of_mart = [
        key
        for key in context.validation_results_store.list_keys()
        if isinstance(key, ValidationResultIdentifier)
        and key.expectation_suite_identifier.name.startswith(f"{mart}.")
    ]
    if of_mart:
        context.build_data_docs(resource_identifiers=of_mart)
        # GX only logs what it could not render or write.
        if len(list((_pages(data_docs) / mart).rglob("*.html"))) < len(of_mart):
            raise OSError("Great Expectations left out a page")


def _outcome(
    result: "ExpectationValidationResult", expectation: Expectation
) -> tuple[bool, str, str]:
    """Whether an expectation passed, what was observed, and the reason when it failed."""
    if (error := _exception(result)) is not None:
        return _not_evaluated(error)
    passed, details = bool(result.success), result.result
    if "unexpected_rows" in (details.get("details") or {}):
        count = f"{details['observed_value']:,}"
        examples = "; ".join(map(_text, details["details"]["unexpected_rows"]))
        observed = f"{count} against it: {examples}" if examples else "no rows"
        reason = f"Rows against it: {count}, such as {examples}."
    elif "unexpected_count" in details:
        of_all = f" of {details['element_count']:,}" if "element_count" in details else ""
        count = f"{details['unexpected_count']:,}{of_all}"
        examples = "; ".join(map(_text, details["partial_unexpected_list"][:SHOWN_VALUES]))
        observed = f"{count} against it" + (f": {examples}" if examples else "")
        reason = f"Values against it: {count}" + (f", such as {examples}." if examples else ".")
    else:
        observed = _text(details.get("observed_value"))
        wanted = {
            name.replace("_", " "): value
            for name, value in expectation.arguments.items()
            if name not in _DOMAIN and value is not None
        }
        reason = f"Found {observed}" + (f", expected {_text(wanted)}." if wanted else ".")
    return passed, observed, "" if passed else f"{reason} {expectation.next_step}".strip()


def _exception(result: "ExpectationValidationResult") -> str | None:
    """The first error of an expectation; GX keeps one record, or one for each metric."""
    info = result.exception_info or {}
    records = [info] if "raised_exception" in info else list(info.values())
    raised = [record for record in records if record.get("raised_exception")]
    return str(raised[0].get("exception_message")) if raised else None


def _not_evaluated(error: object) -> tuple[bool, str, str]:
    return False, "", f"Not evaluated: {_WRAPPERS.sub('', first_line(error)).rstrip('.!')}."


def _text(value: object) -> str:
    """A value, the parts of a list, or a mapping as `name value`, cut to a readable length."""
    if isinstance(value, Mapping):
        text = ", ".join(f"{name} {_text(part)}" for name, part in value.items())
    elif isinstance(value, list | tuple):
        text = ", ".join(map(_text, value))
    elif isinstance(value, bool) or value is None:
        text = "null" if value is None else str(value).lower()
    elif isinstance(value, int | float):
        text = f"{value:,}"
    else:
        text = str(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
