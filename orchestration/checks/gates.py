"""The gate of a mart as blocking asset checks on its tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration.errors import told_to_dagster
from orchestration.history import NAMED, named_rows, record_gate, record_held
from orchestration.progress import progress
from orchestration.project import Project
from orchestration.resources import Warehouse

# A run decides all gates before it publishes anything, so that it can publish all at once.
_BEFORE_PUBLISHING = {"dagster/priority": "1"}


def gate(
    project: Project, mart: str, tables: Mapping[str, dg.AssetKey]
) -> dg.AssetChecksDefinition:
    """The suite `expectations/<mart>.py`, run once on the candidate and told table by table.

    Args:
        tables: the mart's tables with their assets.
    """

    @dg.multi_asset_check(
        name=f"gate_{mart}",
        specs=[
            dg.AssetCheckSpec(
                name="gate",
                asset=key,
                blocking=True,
                description=f"What has to hold on {table} before {mart} is published.",
            )
            for table, key in tables.items()
        ],
        can_subset=True,
        op_tags=_BEFORE_PUBLISHING,
    )
    def check(
        context: dg.AssetCheckExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        """Audits the candidate and writes the results to the history."""
        from expectations.runner import load_suite, run_gate

        paths, engine = warehouse.paths, warehouse.engine
        with told_to_dagster():
            run = warehouse.run(context)
            baseline = engine.baseline(warehouse.as_of())
            report = run_gate(
                mart,
                load_suite(mart)(baseline),
                tables=engine.tables(),
                data_docs=paths.data_docs,
                run_name=run.run_id,
            )
            record_gate(paths, run, report)
            named = {name: _named(*named_rows(paths, name)) for name in NAMED}
        failed = [result for result in report.results if not result.passed]
        verdict = "green" if report.passed else f"red, {len(failed)} broken"
        progress.info("gate of %s: %s of %d expectations", mart, verdict, len(report.results))
        if report.passed:
            engine.clear(mart)
        else:
            engine.withdraw(mart)
            reason = "; ".join(f"{result.name}: {result.reason}" for result in failed)
            record_held(paths, run, mart, reason)
            for reader in (other for other in project.marts if mart in project.read_through(other)):
                record_held(paths, run, reader, f"reads {mart}, which is held")
        for table, key in tables.items():
            if dg.AssetCheckKey(key, "gate") not in context.selected_asset_check_keys:
                continue
            results = [result for result in report.results if result.table == f"{mart}.{table}"]
            yield dg.AssetCheckResult(
                asset_key=key,
                check_name="gate",
                passed=all(result.passed for result in results),
                severity=dg.AssetCheckSeverity.ERROR,
                description="; ".join(result.reason for result in results if not result.passed)
                or None,
                metadata={
                    "expectations": dg.MetadataValue.int(len(results)),
                    "results": _table(results),
                    **{name: told for name, told in named.items() if told},
                    "data_docs": dg.MetadataValue.path(paths.data_docs / "index.html"),
                },
            )

    return check


def _named(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Any:
    """Rows by rule, for whoever reads a mart that counts them or leaves them out."""
    if not rows:
        return None
    texts = [{name: str(value) for name, value in zip(columns, row, strict=True)} for row in rows]
    return dg.MetadataValue.table(
        [dg.TableRecord(each) for each in texts],
        schema=dg.TableSchema([dg.TableColumn(name, "string") for name in columns]),
    )


def _table(results: Sequence[object]) -> Any:
    shown = ("name", "statement", "passed", "observed", "reason")
    return dg.MetadataValue.table(
        [dg.TableRecord({name: getattr(result, name) for name in shown}) for result in results],
        schema=dg.TableSchema(
            [dg.TableColumn(name, "bool" if name == "passed" else "string") for name in shown]
        ),
    )
