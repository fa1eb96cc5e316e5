"""What a whole run left behind: its steps, and its SQL to be executed once more."""

import json
import shutil
import sys
from datetime import datetime
from pathlib import Path

import duckdb

from benchmarks.measure import Usage, measure
from benchmarks.sql import write_plan
from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR, Paths


def alone(folder: Path, paths: Paths) -> Usage:
    """Executes the SQL of the last build in an empty folder, by DuckDB alone.

    Raises:
        EmporiumError: it did not build the tables that the run built.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_plan(stages(paths), paths.warehouse, PROJECT_DIR, folder / "plan.json")
    usage = measure([sys.executable, "-m", "benchmarks.sql", str(folder / "plan.json")])
    _require_same_rows(paths.warehouse, folder / "warehouse.duckdb")
    return usage


def _require_same_rows(whole: Path, alone: Path) -> None:
    """Both built the same tables, or the comparison would compare nothing."""
    found = []
    for file in (whole, alone):
        with duckdb.connect(str(file), read_only=True) as connection:
            found.append(
                connection.execute(
                    "select schema_name, table_name, estimated_size from duckdb_tables() "
                    "where schema_name != 'meta' order by all"
                ).fetchall()
            )
    if found[0] != found[1]:
        raise EmporiumError(
            f"The SQL alone did not build what the run built: {set(found[0]) ^ set(found[1])}."
        )


def stages(paths: Paths) -> list[Path]:
    """What dbt left of the last run: of the stage before Python, and of the one after it."""
    return [paths.target / "build", paths.target / "complete"]


def artifacts(paths: Paths) -> Path:
    """What dbt left of the first stage of the last run, which parses the whole project."""
    return stages(paths)[0]


def steps_of_last_run(paths: Paths, usage: Usage) -> list[tuple[str, float]]:
    """The parts of a run in their order, with their seconds, adding up to its wall time."""
    import dagster as dg

    wanted = {dg.DagsterEventType.STEP_START, dg.DagsterEventType.STEP_SUCCESS}
    with dg.DagsterInstance.from_config(str(paths.dagster_home)) as instance:
        [run] = instance.get_runs(limit=1)
        logs = instance.all_logs(run.run_id, of_type=wanted)
    steps: dict[str, list[float]] = {}
    for log in sorted(logs, key=lambda log: log.timestamp):
        steps.setdefault(str(log.step_key), []).append(log.timestamp)
    spans = {name: times[-1] - times[0] for name, times in steps.items()}
    begun = min(times[0] for times in steps.values())
    ended = max(times[-1] for times in steps.values())
    build = spans.pop("build")
    nodes = _dbt_nodes(artifacts(paths))
    first_node = nodes[0] - steps["build"][0]
    last_node = steps["build"][-1] - nodes[1]
    inside = {
        "build: start of dbt": first_node,
        "build: seeds, models, tests": build - first_node - last_node,
        "build: end of dbt, row counts, ledger": last_node,
    }
    before = {name: spans[name] for name in spans if steps[name][0] < steps["build"][0]}
    after = {name: spans[name] for name in spans if name not in before}
    between = ended - begun - build - sum(spans.values())
    return [
        ("start of Python and Dagster", begun - usage.started_at),
        *before.items(),
        *inside.items(),
        *((_label(name), seconds) for name, seconds in after.items()),
        ("between steps", between),
        ("summary", usage.ended_at - ended),
    ]


def _label(step: str) -> str:
    """`gate_sales` is the gate of sales, `published__sales` its publication.

    What Python computes, and what dbt builds upon it, are parts of the build.
    """
    if step == "complete":
        return "build: second stage of dbt"
    if step.startswith("analytics__"):
        return f"build: {step.removeprefix('analytics__')} by Python"
    what, _, mart = step.partition("_")
    return f"{'gate of' if what == 'gate' else 'publish'} {mart.strip('_')}"


def _dbt_nodes(target: Path) -> tuple[float, float]:
    """When dbt's first node started and its last one ended, in seconds since the epoch."""
    results = json.loads((target / "run_results.json").read_text())["results"]
    times = [
        datetime.fromisoformat(timing[when]).timestamp()
        for result in results
        for timing in result["timing"]
        for when in ("started_at", "completed_at")
    ]
    return min(times), max(times)
