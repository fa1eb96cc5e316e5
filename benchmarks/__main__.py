"""`python -m benchmarks`: what whole runs cost, and what the same SQL costs DuckDB alone."""

import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Annotated

import duckdb
import psutil
import typer
from rich.console import Console
from rich.table import Table

from benchmarks import scales
from benchmarks.measure import MIB, Usage, measure
from benchmarks.sql import LEFT_OUT, write_plan
from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR, Paths

# What each program loads before it does anything.
IMPORTS = {
    "dbt": "import dbt.cli.main, dbt.adapters.duckdb",
    "Dagster": "import dagster, dagster_dbt",
    "Great Expectations": "import great_expectations",
}

# The columns of the report that hold no numbers.
TEXTS = ("", "step", "starts")

Rows = list[tuple[str, ...]]


def main(
    source: Annotated[str, typer.Option(help="The source system.")] = "",
    raw: Annotated[str, typer.Option(help="Folder with exports of that system.")] = "",
    as_of: Annotated[str, typer.Option(help="First day not covered, YYYY-MM-DD.")] = "",
    runs: Annotated[int, typer.Option(min=1, help="Runs after the first one.")] = 3,
    sizes: Annotated[
        str, typer.Option("--scales", help="Without a source: sizes of simulated shops.")
    ] = "0.1 1 5",
    markdown: Annotated[bool, typer.Option(help="Print Markdown, for a README.")] = False,
) -> None:
    """Time whole runs and the same SQL by DuckDB alone, of a source or of simulated shops."""
    console = Console(stderr=True)
    try:
        if not source:
            kept = Paths.from_environment().data / "bench"
            for title, header, rows in _growth(console, kept, _scales(sizes)):
                (_print_markdown if markdown else _print_table)(title, header, rows)
            return
        with (
            tempfile.TemporaryDirectory(prefix="emporium-bench-") as folder,
            console.status("measuring, which takes minutes"),
        ):
            for title, header, rows in _report(Path(folder), source, raw, as_of, runs):
                (_print_markdown if markdown else _print_table)(title, header, rows)
    except EmporiumError as error:
        console.print(f"Error: {error}", style="red", markup=False)
        raise typer.Exit(1) from None


def _report(
    folder: Path, source: str, raw: str, as_of: str, runs: int
) -> list[tuple[str, tuple[str, ...], Rows]]:
    """The tables of the report: title, header, rows."""
    if not raw:
        raise EmporiumError(
            f"A benchmark of {source} needs its exports: make bench SOURCE={source} RAW=<folder>."
        )
    paths = Paths(folder / "data")
    command = [sys.executable, "-m", "orchestration", "run", "--source", source]
    command += ["--raw", str(Path(raw).resolve()), *(["--as-of", as_of] if as_of else [])]
    whole, steps, alone = [], [], []
    for number in range(runs + 1):
        whole.append(measure(command, {"EMPORIUM_DATA": str(paths.data)}))
        steps.append(steps_of_last_run(paths, whole[-1]))
        if number == 0:
            # Now, because the first run alone builds everything from nothing.
            alone = [_alone(folder / f"alone-{each}", paths) for each in range(runs)]
    typical = _median(whole[1:])
    imports = {
        program: median(measure([sys.executable, "-c", code]).seconds for _ in range(runs))
        for program, code in IMPORTS.items()
    }
    return [
        (
            f"{source} ({_landed(paths)}) on {_machine()}",
            ("", "seconds", "CPU seconds", "largest process", "all processes", "starts"),
            [
                ("first run", *_usage(whole[0])),
                (f"later runs, the median of {runs}", *_usage(typical)),
                (f"its SQL by DuckDB alone, the median of {runs}", *_usage(_median(alone))),
            ],
        ),
        (
            "A later run, step by step",
            ("step", "seconds"),
            [(step, f"{seconds:.2f}") for step, seconds in steps[whole.index(typical)]],
        ),
        ("Where the difference lies", ("", "seconds"), _difference(typical, alone, imports)),
    ]


def _scales(text: str) -> list[float]:
    try:
        wanted = [float(number) for number in text.split()]
    except ValueError:
        wanted = []
    if not wanted:
        raise EmporiumError(f"--scales is '{text}': write sizes with blanks between, 0.1 1 5.")
    return wanted


def _growth(
    console: Console, folder: Path, wanted: Sequence[float]
) -> list[tuple[str, tuple[str, ...], Rows]]:
    """The tables of the report on simulated shops."""
    measured = []
    with console.status(f"measuring below {folder}, which takes minutes to hours") as status:
        for step, scale, usage in scales.measure_scales(folder, wanted, _alone):
            measured.append((step, scale, usage))
            console.print(f"{step} at {scale:g}: {usage.seconds:,.1f} s")
            status.update(f"after {step} at {scale:g}")
    return [
        (
            f"Simulated shops on {_machine()}",
            (
                "scale",
                "rows landed",
                "events among them",
                "raw files",
                "build file",
                "serving file",
            ),
            scales.sizes(folder, wanted),
        ),
        ("What they cost", scales.HEADER, scales.growth(measured)),
    ]


def _alone(folder: Path, paths: Paths) -> Usage:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_plan(artifacts(paths), paths.warehouse, PROJECT_DIR, folder / "plan.json")
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


def _difference(typical: Usage, alone: Sequence[Usage], imports: Mapping[str, float]) -> Rows:
    sql = _median(alone).seconds
    start_up = sum(imports.values())
    rest = typical.seconds - sql - start_up
    return [
        ("a later run", f"{typical.seconds:.2f}"),
        ("- its SQL alone", f"{sql:.2f}"),
        *((f"- import of {program}", f"{seconds:.2f}") for program, seconds in imports.items()),
        (f"= what it leaves out ({LEFT_OUT}) and the programs at work", f"{rest:.2f}"),
        ("a later run / its SQL alone", f"{typical.seconds / sql:.1f}"),
        ("the same without start-up", f"{(typical.seconds - start_up) / sql:.1f}"),
        ("the same in CPU seconds", f"{typical.cpu_seconds / _median(alone).cpu_seconds:.1f}"),
    ]


# --- what a run left behind


def artifacts(paths: Paths) -> Path:
    """What dbt left of the last run."""
    return paths.target / "build"


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
    """`gate_sales` is the gate of sales, `published__sales` its publication."""
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


def _landed(paths: Paths) -> str:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        row = connection.execute("select sum(rows_landed) from meta.row_ledger").fetchone()
    return f"{row[0] if row else 0:,} rows landed"


def _machine() -> str:
    memory = psutil.virtual_memory().total / MIB / 1024
    return f"{psutil.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


# --- text


def _median(usages: Sequence[Usage]) -> Usage:
    return sorted(usages, key=lambda usage: usage.seconds)[len(usages) // 2]


def _usage(usage: Usage) -> tuple[str, ...]:
    starts = ", ".join(
        f"{usage.starts[program]} {program}"
        for program in (*IMPORTS, "Python")
        if program in usage.starts
    )
    return (
        f"{usage.seconds:.1f}",
        f"{usage.cpu_seconds:.1f}",
        f"{usage.process_bytes / MIB:,.0f} MiB",
        f"{usage.tree_bytes / MIB:,.0f} MiB",
        starts,
    )


def _print_table(title: str, header: Sequence[str], rows: Rows) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = 140
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in header:
        table.add_column(column, justify="left" if column in TEXTS else "right", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _print_markdown(title: str, header: Sequence[str], rows: Rows) -> None:
    lines = [header, ["---" if column in TEXTS else "---:" for column in header], *rows]
    print(f"{title}\n")
    print("\n".join(f"| {' | '.join(line)} |" for line in lines), end="\n\n")


if __name__ == "__main__":
    typer.run(main)
