"""The benchmark measures what it says it measures."""

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest

from benchmarks import queries
from benchmarks.engines import require_same_rows
from benchmarks.floor import scan
from benchmarks.measure import MIB, Usage, measure
from benchmarks.report import BEGIN, END, document, plot, tables
from benchmarks.runs import steps_of_last_run
from benchmarks.scales import (
    ALONE,
    BY_ENGINE,
    COMPARISONS,
    FULL,
    INCREMENT,
    POLARS_AT_MOST,
    QUERIES,
    STEPS,
    Measured,
    Taken,
    measure_scales,
)
from benchmarks.sql import execute, write_plan
from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR, Paths
from tests.project.builds import Build

# A process of 64 MiB that is busy for half a second starts another one that sleeps.
CHILD = """
import subprocess, sys, time
held = bytearray(64 << 20)
until = time.process_time() + 0.5
while time.process_time() < until:
    pass
subprocess.run([sys.executable, "-c", "held = bytearray(64 << 20); import time; time.sleep(0.5)"])
"""


def test_a_command_is_measured_with_its_children() -> None:
    usage = measure([sys.executable, "-c", CHILD])
    assert usage.seconds > 1
    assert 0.5 < usage.cpu_seconds < usage.seconds
    assert 64 * MIB < usage.process_bytes < 128 * MIB < usage.tree_bytes
    assert usage.starts == Counter(Python=2)


def test_program_starts_are_counted() -> None:
    assert measure([sys.executable, "-c", "import dagster"]).starts == {"Python": 1, "Dagster": 1}


def test_a_failing_command_is_not_timed() -> None:
    with pytest.raises(EmporiumError, match="no such thing"):
        measure([sys.executable, "-c", "raise SystemExit('no such thing')"])


@pytest.fixture(scope="module")
def alone(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the SQL of the empty warehouse was executed by DuckDB alone."""
    plan = tmp_path_factory.mktemp("alone") / "plan.json"
    write_plan([built.paths.target], built.paths.warehouse, PROJECT_DIR, plan)
    execute(plan)
    return plan.parent


def test_sql_alone_builds_the_tables_of_the_run(built: Build, alone: Path) -> None:
    tables = "select schema_name, table_name, estimated_size, column_count from duckdb_tables()"
    found = []
    for file in (built.paths.warehouse, alone / "warehouse.duckdb"):
        with duckdb.connect(str(file), read_only=True) as connection:
            found.append(
                connection.execute(f"{tables} where schema_name != 'meta' order by all").fetchall()
            )
    assert len(found[0]) > 20
    assert found[0] == found[1]


def test_steps_add_up_to_the_run(warehouse: Paths) -> None:
    usage = Usage(0, 4e9, 1, 1, 1, Counter())
    steps = dict(steps_of_last_run(warehouse, usage))
    assert {"land", "build: seeds, models, tests", "gate of sales", "publish sales"} <= set(steps)
    assert {"build: second stage of dbt", "build: experiment_estimates by Python"} <= set(steps)
    assert sum(steps.values()) == pytest.approx(usage.seconds)
    assert all(seconds >= 0 for seconds in steps.values())


def test_the_profile_says_what_was_read(built: Build, alone: Path) -> None:
    profile = {each["name"]: each for each in json.loads((alone / "profile.json").read_text())}
    with duckdb.connect(str(built.paths.warehouse), read_only=True) as connection:
        row = connection.execute("select count(*) from core.dim_regions").fetchone()
    assert row
    # Each row of its seed is read at least once.
    assert profile["dim_regions"]["rows_read"] >= row[0] > 0
    assert profile["dim_regions"]["seconds"] > 0


def test_a_bare_scan_reads_every_landed_row(tmp_path: Path) -> None:
    for table, rows in [("orders", 7), ("users", 5)]:
        (tmp_path / "shop" / table).mkdir(parents=True)
        duckdb.execute(
            f"copy (select range as id, 'x' as name from range({rows})) "
            f"to '{tmp_path}/shop/{table}/one.parquet'"
        )
    assert scan(tmp_path) == 12


# --- simulated shops


def usage(seconds: float) -> Usage:
    return Usage(0, seconds, 1, MIB, MIB, Counter(Python=2))


def test_growth_is_told_by_its_exponent() -> None:
    """Twice the size for four times the seconds is the power of two; the first has none before."""
    measured = [
        Measured(step, scale, usage(seconds))
        for scale, step, seconds in [(1, "run", 3), (1, "sql", 5), (2, "run", 12), (2, "sql", 10)]
    ]
    [(_, _, _), (_, header, rows), *_] = tables(measured)
    told = [(row[0], row[1], row[header.index("exponent")]) for row in rows]
    assert told == [("run", "1", ""), ("run", "2", "2.00"), ("sql", "1", ""), ("sql", "2", "1.00")]


def test_aims_are_met_or_missed_or_not_measured() -> None:
    measured = [
        Measured(FULL, 1, usage(100), {"gates": 5, "build": 80, "publish": 1, **SIZES}),
        Measured(ALONE, 1, usage(50)),
        Measured(INCREMENT, 1, usage(4), {"gates": 1, "build": 2, "publish": 1}),
    ]
    rows = {row[0]: row[-2:] for row in tables(measured)[-1][2]}
    assert rows["a full build / its SQL by DuckDB alone"] == ("2.00", "no")
    assert rows["one day's increment / a full build"] == ("0.040", "yes")
    assert rows["gates / build"] == ("0.062", "yes")
    assert rows["largest process, GiB"] == ("", "not measured")


SIZES = dict.fromkeys(("rows_landed", "events", "raw_bytes", "build_bytes", "serving_bytes"), 1.0)


def test_sizes_are_drawn_on_by_the_exponent() -> None:
    """Ten times the shop, a hundred times the work: a power of two; increments got cheaper."""
    parts = {"gates": 5, "build": 80, "publish": 1}
    sizes = {**SIZES, **parts, "raw_bytes": 1024**3, "build_bytes": 2 * 1024**3}
    measured = [
        Measured(step, scale, used, {**sizes, "events": 546 * 1e4 * scale})
        for step, scale, used in [
            (FULL, 1, Usage(0, 99, 36, MIB, MIB, Counter())),
            (FULL, 10, Usage(0, 99, 3600, MIB, MIB, Counter())),
            (INCREMENT, 1, Usage(0, 99, 720, MIB, MIB, Counter())),
            (INCREMENT, 10, Usage(0, 99, 360, MIB, MIB, Counter())),
        ]
    ]
    [rows] = [rows for title, _, rows in tables(measured) if title == "Sizing, by the exponent"]
    assert rows[0] == ("100,000", "10", "1.0", "1", "0.1", "1 GiB", "2 GiB")
    assert rows[1] == ("1,000,000", "100", "100.0", "13", "1.0", "10 GiB", "20 GiB")

    [rows] = [rows for title, _, rows in tables(measured[:1]) if title == "Sizing, by the exponent"]
    assert rows == [], "one size tells no growth"


def test_events_are_counted_by_the_second() -> None:
    """Beside each other at each scale; what was measured before events were counted is left out."""
    measured = [
        Measured(step, scale, usage(seconds), {"events": events})
        for step, scale, seconds, events in [
            ("funnels by DuckDB", 1, 40, 2e7),
            ("funnels by DuckDB", 0.1, 5, 2e6),
            ("funnels by Polars", 0.1, 4, 2e6),
        ]
    ]
    measured += [Measured("sessions by DuckDB", 1, usage(1)), Measured(FULL, 0.1, usage(9), SIZES)]
    [rows] = [rows for title, _, rows in tables(measured) if title == "The same by two engines"]
    assert rows == [
        ("funnels by DuckDB", "0.1", "2,000,000", "5.0", "400,000", "1 MiB"),
        ("funnels by Polars", "0.1", "2,000,000", "4.0", "500,000", "1 MiB"),
        ("funnels by DuckDB", "1", "20,000,000", "40.0", "500,000", "1 MiB"),
    ]


def test_each_timed_step_has_its_colour() -> None:
    # The page's queries are timed one by one.
    timed = [step for step in STEPS if step != QUERIES]
    drawn = ElementTree.fromstring(plot([Measured(step, 1, usage(3)) for step in timed]))  # noqa: S314
    lines = drawn.findall(".//{http://www.w3.org/2000/svg}polyline")
    assert len({line.attrib["stroke"] for line in lines}) == len(lines) == len(timed)


def test_a_document_takes_tables_and_plot_between_its_marks(tmp_path: Path) -> None:
    file = tmp_path / "benchmarks.md"
    file.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    document(file, [Measured("run", scale, usage(scale)) for scale in (0.1, 1, 5)])
    told = file.read_text()
    assert told.startswith(f"before\n{BEGIN}") and told.endswith(f"{END}\nafter\n")
    assert "| run | 5 | 5.0 | 1.0 |" in told and "old" not in told
    points = ElementTree.parse(tmp_path / "benchmarks.svg").findall(  # noqa: S314
        ".//{http://www.w3.org/2000/svg}polyline"
    )
    # Proportional growth is a straight line of even steps on two logarithmic axes.
    [[first, second, third]] = [
        [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]
        for line in points
    ]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in [(first, second), (second, third)]]
    assert slopes[0] == pytest.approx(slopes[1], rel=0.01) and slopes[0] < 0
    file.write_text("no marks")
    with pytest.raises(EmporiumError, match="lacks the lines"):
        document(file, [])


def test_a_stopped_benchmark_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    took: list[str] = []

    def take(step: str, fails: bool = False) -> Taken:
        took.append(step)
        if fails:
            raise KeyboardInterrupt
        return usage(len(took)), {"rows_read": 3.0}

    def steps(fails: bool) -> Callable[[float, Paths], dict[str, Callable[[], Taken]]]:
        return lambda *_: {"one": lambda: take("one"), "two": lambda: take("two", fails)}

    monkeypatch.setattr("benchmarks.scales._steps", steps(fails=True))
    with pytest.raises(KeyboardInterrupt):
        list(measure_scales(tmp_path, [0.1], ["one", "two"]))
    monkeypatch.setattr("benchmarks.scales._steps", steps(fails=False))
    # What had been measured is told, whatever is asked for now.
    measured = list(measure_scales(tmp_path, [0.1], ["two"]))
    assert took == ["one", "two", "two"]
    assert [(each.step, each.usage and each.usage.seconds) for each in measured] == [
        ("one", 1),
        ("two", 3),
    ]
    assert measured[0].counted == {"rows_read": 3.0}


def test_polars_finds_the_rows_of_the_models(storefront: Paths, tmp_path: Path) -> None:
    (tmp_path / "0.02").mkdir()
    (tmp_path / "0.02" / "shop").symlink_to(storefront.data)
    measured = {each.step: each.counted for each in measure_scales(tmp_path, [0.02], [*BY_ENGINE])}
    assert list(measured) == list(BY_ENGINE)
    assert len({counted["events"] for counted in measured.values()}) == 1
    for what, comparison in COMPARISONS.items():
        folder = tmp_path / "0.02" / what
        rows = require_same_rows(comparison, folder)
        assert measured[f"{what} by Polars"][what] == rows > 10_000
        found, kept = folder / "polars.parquet", folder / "kept.parquet"
        found.replace(kept)
        changed = {"sessions": "event_count", "funnels": "last_step_number"}[what]
        for other in (
            f"select * replace ({changed} + 1 as {changed}) from '{kept}'",
            f"from '{kept}' offset 1",
            f"from '{kept}' union all (from '{kept}' limit 1)",
        ):
            duckdb.execute(f"copy ({other}) to '{found}'")
            with pytest.raises(EmporiumError, match="differ in"):
                require_same_rows(comparison, folder)


def test_polars_is_spared_what_it_cannot_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def take(what: str, engine: str, _: Paths) -> Taken:
        compared.append(f"{what} by {engine}")
        return usage(1), {}

    monkeypatch.setattr("benchmarks.scales._compare", take)
    list(measure_scales(tmp_path, [POLARS_AT_MOST, 2 * POLARS_AT_MOST], [*BY_ENGINE]))
    assert compared == [*BY_ENGINE, "sessions by DuckDB", "funnels by DuckDB"]


def test_every_query_of_the_page_is_timed(storefront: Paths) -> None:
    timed = queries.milliseconds(storefront, times=1)
    assert len(timed) > 50 and min(timed) > 0
    assert queries.percentile(timed, 50) <= queries.percentile(timed, 95) <= max(timed)
