"""Simulated shops of growing size: what it costs to tell and to run them, and how cost grows."""

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb

from benchmarks.measure import MIB, Usage, measure
from orchestration.paths import Paths

SEED = 42
HEADER = (
    "step", "scale", "seconds", "CPU seconds", "largest process", "all processes", "exponent",
)  # fmt: skip
Row = tuple[str, ...]


def measure_scales(
    folder: Path, scales: Sequence[float], alone: Callable[[Path, Paths], Usage]
) -> Iterator[tuple[str, float, Usage]]:
    """Simulates a shop of each size, runs it twice, and runs its SQL by DuckDB alone.

    What was measured is kept below `folder`, so that a benchmark that was stopped goes on.

    Args:
        alone: times the SQL of a built shop in an empty folder.

    Yields:
        step, scale and cost, as they are measured.
    """
    for scale in sorted(scales):
        paths = Paths(folder / f"{scale:g}")
        paths.data.mkdir(parents=True, exist_ok=True)
        for step, take in _steps(scale, paths, alone).items():
            yield step, scale, _once(paths.data / "measured.json", step, take)


def _steps(
    scale: float, paths: Paths, alone: Callable[[Path, Paths], Usage]
) -> dict[str, Callable[[], Usage]]:
    environment = {"EMPORIUM_DATA": str(paths.data)}
    simulate = [sys.executable, "-m", "simulator", "--scale", f"{scale:g}", "--seed", f"{SEED}"]
    run = [sys.executable, "-m", "orchestration", "run", "--source", "storefront"]
    return {
        "simulate": lambda: measure(simulate, environment),
        "first run": lambda: measure(run, environment),
        # Before the later run, which adds to what is there.
        "the same SQL by DuckDB alone": lambda: alone(paths.data / "alone", paths),
        "a later run": lambda: measure(run, environment),
    }


def _once(kept: Path, step: str, take: Callable[[], Usage]) -> Usage:
    """A measurement, unless one is kept."""
    measured = json.loads(kept.read_text()) if kept.exists() else {}
    if step not in measured:
        measured[step] = vars(take())
        kept.write_text(json.dumps(measured, indent=1))
    return Usage(**measured[step])


def growth(measured: Sequence[tuple[str, float, Usage]]) -> list[Row]:
    """The rows of the report, each step by growing size.

    The exponent e says that from the size before, cost grew as size to the power of e: 1 is
    proportional.
    """
    rows = []
    before: dict[str, tuple[float, Usage]] = {}
    for step, scale, usage in sorted(measured, key=lambda row: row[1]):
        exponent = ""
        if step in before:
            smaller, cheaper = before[step]
            grown = math.log(usage.seconds / cheaper.seconds)
            exponent = f"{grown / math.log(scale / smaller):.2f}"
        before[step] = (scale, usage)
        rows.append(
            (
                step,
                f"{scale:g}",
                f"{usage.seconds:,.1f}",
                f"{usage.cpu_seconds:,.1f}",
                f"{usage.process_bytes / MIB:,.0f} MiB",
                f"{usage.tree_bytes / MIB:,.0f} MiB",
                exponent,
            )
        )
    order = list(dict.fromkeys(step for step, *_ in measured))
    return sorted(rows, key=lambda row: order.index(row[0]))


def sizes(folder: Path, scales: Sequence[float]) -> list[Row]:
    """Rows landed, events among them, and bytes on disk of each simulated shop."""
    rows = []
    for scale in sorted(scales):
        paths = Paths(folder / f"{scale:g}")
        with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
            [(landed, events)] = connection.execute(
                "select sum(rows_landed), "
                "sum(rows_landed) filter (where source_table = 'events') from meta.row_ledger"
            ).fetchall()
        raw = sum(file.stat().st_size for file in paths.raw.rglob("*.parquet"))
        files = (raw, paths.warehouse.stat().st_size, paths.serving.stat().st_size)
        rows.append(
            (
                f"{scale:g}",
                f"{landed:,}",
                f"{events:,}",
                *(f"{size / MIB:,.0f} MiB" for size in files),
            )
        )
    return rows
