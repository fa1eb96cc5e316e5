"""Simulated shops of growing size: what it costs to tell and to run them, and how cost grows."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import funnels, queries, sessions
from benchmarks.engines import ENGINES, POLARS, prepare, require_same_rows
from benchmarks.increment import split_last_day
from benchmarks.measure import Usage, measure
from benchmarks.runs import alone, artifacts, steps_of_last_run
from orchestration.paths import Paths

SEED = 42
# Polars sorts all of its events in memory.
POLARS_AT_MOST = 1.0

SIMULATE = "simulate"
FULL = "full build"
ALONE = "its SQL by DuckDB alone"
SCAN = "a bare scan of the landed files"
INCREMENT = "one day's increment"
NOTHING = "a run with nothing new"
QUERIES = "the review's queries"
COMPARISONS = {"sessions": sessions.COMPARISON, "funnels": funnels.COMPARISON}
BY_ENGINE = {f"{what} by {engine}": (what, engine) for what in COMPARISONS for engine in ENGINES}
"""Steps that do the same by two engines, such as `sessions by DuckDB`: what, and by which."""
STEPS = (SIMULATE, FULL, ALONE, SCAN, *BY_ENGINE, INCREMENT, NOTHING, QUERIES)
"""In the order in which they are taken."""


@dataclass(frozen=True)
class Measured:
    """A step at a scale.

    Attributes:
        usage: what the command cost; None where parts of it were timed alone.
        counted: what else is known of it, such as the seconds of its gates or the rows it read.
    """

    step: str
    scale: float
    usage: Usage | None
    counted: Mapping[str, float] = field(default_factory=dict)


Taken = tuple[Usage | None, Mapping[str, float]]


def measure_scales(
    folder: Path, scales: Sequence[float], wanted: Sequence[str] = STEPS
) -> Iterator[Measured]:
    """Simulates a shop of each size, and measures what is done with it, step by step.

    What was measured is kept below `folder`, so that a benchmark that was stopped goes on.

    Args:
        wanted: the steps to take; of the others is told what had been measured.

    Yields:
        each step, as it is measured.
    """
    for scale in sorted(scales):
        paths = Paths(folder / f"{scale:g}")
        paths.data.mkdir(parents=True, exist_ok=True)
        kept = paths.data / "measured.json"
        for step, take in _steps(scale, paths).items():
            if step in wanted or step in _measured(kept):
                yield _once(kept, step, scale, take)


def _steps(scale: float, paths: Paths) -> dict[str, Callable[[], Taken]]:
    return {
        SIMULATE: lambda: (_simulate(scale, paths), {}),
        FULL: lambda: _full_build(paths),
        # What follows looks at what the full build left, before an increment changes it.
        ALONE: lambda: _alone(paths),
        SCAN: lambda: (_module("benchmarks.floor", str(_shop(paths).raw)), {}),
        **{
            step: partial(_compare, what, engine, paths)
            for step, (what, engine) in BY_ENGINE.items()
            if engine != POLARS or scale <= POLARS_AT_MOST
        },
        INCREMENT: lambda: _increment(paths),
        NOTHING: lambda: _run(paths),
        QUERIES: lambda: _queries(paths),
    }


def _once(kept: Path, step: str, scale: float, take: Callable[[], Taken]) -> Measured:
    """A measurement, unless one is kept."""
    measured = _measured(kept)
    if step not in measured:
        usage, counted = take()
        measured[step] = {"usage": usage and _plain(usage), "counted": dict(counted)}
        kept.write_text(json.dumps(measured, indent=1))
    taken = measured[step]
    return Measured(
        step, scale, Usage(**taken["usage"]) if taken["usage"] else None, taken["counted"]
    )


def _plain(usage: Usage) -> dict[str, Any]:
    # Not asdict() alone, which makes keys of a counter's items.
    return {**asdict(replace(usage, starts={})), "starts": dict(usage.starts)}


def _measured(kept: Path) -> dict[str, Any]:
    return dict(json.loads(kept.read_text())) if kept.exists() else {}


# --- the steps


def _shop(paths: Paths) -> Paths:
    """The warehouse that is measured, beside the landed files that it is fed with."""
    return Paths(paths.data / "shop")


def _held_back(paths: Paths) -> Path:
    return paths.data / "last_day"


def _module(name: str, *arguments: str) -> Usage:
    return measure([sys.executable, "-m", name, *arguments])


def _simulate(scale: float, paths: Paths) -> Usage:
    command = [sys.executable, "-m", "simulator", "--scale", f"{scale:g}", "--seed", f"{SEED}"]
    return measure(command, {"EMPORIUM_DATA": str(paths.data)})


def _run(paths: Paths) -> Taken:
    """A whole run of the shop, and the seconds of its parts."""
    shop = _shop(paths)
    command = [sys.executable, "-m", "orchestration", "run", "--source", "storefront"]
    usage = measure(command, {"EMPORIUM_DATA": str(shop.data)})
    parts = {"build": 0.0, "gate of": 0.0, "publish": 0.0}
    for name, seconds in steps_of_last_run(shop, usage):
        for part in parts:
            if name.startswith(part):
                parts[part] += seconds
    names = {"build": "build", "gate of": "gates", "publish": "publish"}
    return usage, {names[part]: seconds for part, seconds in parts.items()}


def _full_build(paths: Paths) -> Taken:
    """A first run, over all that had been loaded before the last day of loading."""
    for folder in (_shop(paths).data, _held_back(paths)):
        shutil.rmtree(folder, ignore_errors=True)
    split = split_last_day(paths.raw, _shop(paths).raw, _held_back(paths))
    usage, parts = _run(paths)
    events = sum(parquet_rows(file) for file in paths.raw.glob("*/events/*.parquet"))
    return usage, {
        **parts,
        "rows_landed": float(split.rows_before),
        "events": float(events),
        **_disk(_shop(paths)),
    }


def _increment(paths: Paths) -> Taken:
    """A run after the files of the last day have landed."""
    landed = 0
    for file in sorted(_held_back(paths).rglob("*.parquet")):
        target = _shop(paths).raw / file.relative_to(_held_back(paths))
        # A file of the last day may be the rest of one that has landed.
        target = target.with_stem(f"{target.stem}-last-day")
        target.parent.mkdir(parents=True, exist_ok=True)
        file.rename(target)
        landed += parquet_rows(target)
    usage, parts = _run(paths)
    return usage, {**parts, "rows_landed": float(landed)}


def _alone(paths: Paths) -> Taken:
    folder = paths.data / "alone"
    usage = alone(folder, _shop(paths))
    profile = json.loads((folder / "profile.json").read_text())
    shutil.rmtree(folder)
    # Kept for whoever looks for the models to mend.
    (paths.data / "profile.json").write_text(json.dumps(profile, indent=1))
    return usage, {
        name: float(sum(statement[name] for statement in profile))
        for name in ("rows_read", "bytes_read", "bytes_written")
    }


def _compare(what: str, engine: str, paths: Paths) -> Taken:
    """A computation by one engine: by DuckDB first, whose rows Polars has to find as well."""
    folder = paths.data / what
    comparison = COMPARISONS[what]
    if engine != POLARS:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        prepare(comparison, artifacts(_shop(paths)), _shop(paths).warehouse, folder)
    usage = _module(f"benchmarks.{what}", engine.lower(), str(folder))
    counted = {"events": float(parquet_rows(comparison.events(folder)))}
    if engine == POLARS:
        counted[what] = float(require_same_rows(comparison, folder))
    return usage, counted


def _queries(paths: Paths) -> Taken:
    timed = queries.milliseconds(_shop(paths))
    return None, {
        "queries": float(len(timed)),
        **{f"p{percent}": queries.percentile(timed, percent) for percent in (50, 95)},
    }


def _disk(paths: Paths) -> dict[str, float]:
    raw = sum(file.stat().st_size for file in paths.raw.glob("*/*/*.parquet"))
    return {
        "raw_bytes": float(raw),
        "build_bytes": float(paths.warehouse.stat().st_size),
        "serving_bytes": float(paths.serving.stat().st_size),
    }


def parquet_rows(file: Path) -> int:
    """The rows of a Parquet file."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(file).num_rows)
