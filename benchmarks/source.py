"""What whole runs of one source cost, and where the time goes that its SQL alone does not take."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.measure import MIB, Usage, measure
from benchmarks.report import Row, Table, machine
from benchmarks.runs import alone, steps_of_last_run
from benchmarks.sql import LEFT_OUT
from orchestration.errors import EmporiumError
from orchestration.paths import Paths

# What each program loads before it does anything.
IMPORTS = {
    "dbt": "import dbt.cli.main, dbt.adapters.duckdb",
    "Dagster": "import dagster, dagster_dbt",
    "Great Expectations": "import great_expectations",
}


def source_report(folder: Path, source: str, raw: str, as_of: str, runs: int) -> list[Table]:
    """Runs a source so many times in a folder, and its SQL alone as often.

    Raises:
        EmporiumError: no exports of it are named, or a run fails.
    """
    if not raw:
        raise EmporiumError(
            f"A benchmark of {source} needs its exports: make bench SOURCE={source} RAW=<folder>."
        )
    paths = Paths(folder / "data")
    command = [sys.executable, "-m", "orchestration", "run", "--source", source]
    command += ["--raw", str(Path(raw).resolve()), *(["--as-of", as_of] if as_of else [])]
    whole, steps, by_itself = [], [], []
    for number in range(runs + 1):
        whole.append(measure(command, {"EMPORIUM_DATA": str(paths.data)}))
        steps.append(steps_of_last_run(paths, whole[-1]))
        if number == 0:
            # Now, because the first run alone builds everything from nothing.
            by_itself = [alone(folder / f"alone-{each}", paths) for each in range(runs)]
    typical = _median(whole[1:])
    imports = {
        program: median(measure([sys.executable, "-c", code]).seconds for _ in range(runs))
        for program, code in IMPORTS.items()
    }
    return [
        (
            f"{source} ({_landed(paths)}) on {machine()}",
            ("", "seconds", "CPU seconds", "largest process", "all processes", "starts"),
            [
                ("first run", *_usage(whole[0])),
                (f"later runs, the median of {runs}", *_usage(typical)),
                (f"its SQL by DuckDB alone, the median of {runs}", *_usage(_median(by_itself))),
            ],
        ),
        (
            "A later run, step by step",
            ("step", "seconds"),
            [(step, f"{seconds:.2f}") for step, seconds in steps[whole.index(typical)]],
        ),
        ("Where the difference lies", ("", "seconds"), _difference(typical, by_itself, imports)),
    ]


def _difference(typical: Usage, alone: Sequence[Usage], imports: Mapping[str, float]) -> list[Row]:
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


def _landed(paths: Paths) -> str:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        row = connection.execute("select sum(rows_landed) from meta.row_ledger").fetchone()
    return f"{row[0] if row else 0:,} rows landed"


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
