"""However data arrives, increments leave the rows of one full build, and cost what has landed."""

import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from benchmarks.increment import split_last_day
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import DBT
from tests.project.batches import BATCHES, BUILD, CHANGES, MODELS, build, land, write_batches
from tests.project.builds import environment

# What of meta speaks of rows. The rest of it is about builds.
LEDGERS = ("row_ledger", "row_ledger_details", "quarantine")


@pytest.fixture(scope="module")
def batches(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world in batches: a raw zone for each."""
    folder = tmp_path_factory.mktemp("batches")
    write_batches(small_world / "raw", folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def salted() -> object:
    """Hashes of personal values can be compared over warehouses of one salt."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMPORIUM_SALT", "pepper")
        yield


@pytest.fixture(scope="module")
def in_one_go(batches: Path, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    paths = Paths(tmp_path_factory.mktemp("in_one_go"))
    land(batches, BATCHES, paths)
    build(paths)
    return paths


@pytest.fixture(scope="module")
def before_changes(batches: Path, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Built batch by batch, the changes yet to come. Shared: copy it."""
    paths = Paths(tmp_path_factory.mktemp("before_changes"))
    for name in BATCHES[:3]:
        land(batches, [name], paths)
        build(paths)
    return paths


def copied(paths: Paths, folder: Path) -> Paths:
    """A copy with the times of its files, by which they are known."""
    return Paths(shutil.copytree(paths.data, folder / "copy"))


def contents(paths: Paths) -> dict[str, tuple[int, int]]:
    """Table -> rows and a hash of them, whatever their order."""
    found = {}
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            f"where schema_name != 'meta' or table_name in {LEDGERS}"
        ).fetchall()
        for schema, table in tables:
            # When a row came is what differs.
            row = connection.execute(f"""
                select count(*), sum(cast(hash(columns(
                    lambda name: name != '_changed_in_build'
                )) as hugeint)) from {schema}.{table}
            """).fetchone()
            assert row is not None
            found[f"{schema}.{table}"] = (row[0], sum(hashed or 0 for hashed in row[1:]))
    return found


def incremental(paths: Paths) -> dict[str, tuple[int, int]]:
    """Incremental model -> the build that it has read up to, and its last full build."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return {
            str(model): (int(read_to), int(full))
            for model, read_to, full in connection.execute(
                "select model, read_to_build, full_build from meta.incremental_models"
            ).fetchall()
        }


def differing(one: Paths, other: Paths) -> list[str]:
    ones, others = contents(one), contents(other)
    return [table for table in {**ones, **others} if ones.get(table) != others.get(table)]


@pytest.mark.parametrize(
    "order",
    [[["first"], ["second"], ["third"], ["changes"]], [["changes", "third"], ["first", "second"]]],
    ids=["in order", "latest first"],
)
def test_batches_build_the_rows_of_one_go(
    order: Sequence[Sequence[str]],
    batches: Path,
    in_one_go: Paths,
    tmp_path: Path,
) -> None:
    paths = Paths(tmp_path)
    for number, names in enumerate(order, start=1):
        land(batches, names, paths)
        build(paths)
        assert set(incremental(paths).values()) == {(number, 1)}, "an increment became a full build"

    assert differing(paths, in_one_go) == []


def test_the_changes_change_something(before_changes: Paths, in_one_go: Paths) -> None:
    changed = differing(before_changes, in_one_go)

    for table in incremental(before_changes):
        if not table.startswith("base_") or table.removeprefix("base_storefront__") in CHANGES:
            assert any(name.endswith(f".{table}") for name in changed), f"{table} did not change"


def test_a_removed_file_takes_its_rows_back(
    batches: Path, before_changes: Paths, tmp_path: Path
) -> None:
    paths = copied(before_changes, tmp_path)
    land(batches, ["changes"], paths)
    build(paths)
    assert differing(paths, before_changes) != []

    for file in paths.raw.glob("storefront/*/*-changes.parquet"):
        file.unlink()
    build(paths)

    assert differing(paths, before_changes) == []
    full = {model for model, (_, full) in incremental(paths).items() if full > 1}
    assert "fct_sessions" in full
    assert "base_storefront__touches" not in full, "its files are all there"


def test_a_killed_build_loses_nothing(
    batches: Path, before_changes: Paths, in_one_go: Paths, tmp_path: Path
) -> None:
    paths = copied(before_changes, tmp_path)
    land(batches, ["changes"], paths)
    process = subprocess.Popen(
        [str(DBT), "--no-use-colors", *BUILD, *MODELS],
        cwd=PROJECT_DIR,
        env=environment(PROJECT_DIR, paths),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "START sql incremental model intermediate.int_sessions_measured" in line:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    read = incremental(paths)
    assert read["base_storefront__events"] == (4, 1), "staged before it was killed"
    assert read["fct_sessions"] == (3, 1), "not reached"

    build(paths)

    assert {full for _, full in incremental(paths).values()} == {1}
    assert differing(paths, in_one_go) == []


def test_what_came_while_models_were_left_out_is_read_later(
    batches: Path, before_changes: Paths, in_one_go: Paths, tmp_path: Path
) -> None:
    paths = copied(before_changes, tmp_path)
    land(batches, ["changes"], paths)
    build(paths, "--select", "staging.storefront")
    build(paths)

    assert {full for _, full in incremental(paths).values()} == {1, 4}, (
        "only the tables that were not built before are new"
    )
    # More tables were built, and the ledgers tell of those, too.
    built = {table for table in contents(in_one_go) if not table.startswith("meta.")}
    assert built & set(differing(paths, in_one_go)) == set()


def test_a_full_refresh_of_one_model_refreshes_what_reads_it(
    before_changes: Paths, tmp_path: Path
) -> None:
    paths = copied(before_changes, tmp_path)
    build(paths, "--full-refresh", "--select", "int_events_sessionised")
    build(paths)

    full = {model for model, (_, full) in incremental(paths).items() if full > 1}
    assert {"int_events_sessionised", "int_sessions", "fct_sessions"} <= full
    assert "fct_orders" not in full
    assert differing(paths, before_changes) == []


def test_other_variables_build_in_full(before_changes: Paths, tmp_path: Path) -> None:
    paths = copied(before_changes, tmp_path)
    build(paths, *MODELS, "--vars", "session_idle_minutes: 5")

    full = {model for model, (_, full) in incremental(paths).items() if full > 1}
    assert {"int_events_sessionised", "fct_sessions"} <= full
    assert not {"base_storefront__events", "fct_orders"} & full


def test_an_increment_costs_what_has_landed(small_world: Path, tmp_path: Path) -> None:
    """One day of eighteen months: work is counted, not timed."""
    paths = Paths(tmp_path / "data")
    day = tmp_path / "day"
    cut = split_last_day(small_world / "raw", paths.raw, day)
    build(paths)
    shutil.copytree(day, paths.raw, dirs_exist_ok=True, copy_function=shutil.copy2)
    done = build(paths)

    read = set()
    compiled = paths.target / "compiled" / "emporium" / "models" / "staging" / "storefront" / "base"
    for file in compiled.glob("*.sql"):
        read |= {path for path in paths.raw.rglob("*.parquet") if str(path) in file.read_text()}
    landed = {file.relative_to(day) for file in day.rglob("*.parquet")}
    staged = {node.rsplit("__", 1)[1] for node in done.results if ".base_storefront__" in node}
    assert {file.relative_to(paths.raw) for file in read} == {
        file for file in landed if file.parts[1] in staged
    }

    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        written = {}
        for (table,) in connection.execute(
            "select model from meta.incremental_models where model like 'base\\_%' escape '\\'"
        ).fetchall():
            row = connection.execute(
                "select count(*) filter (where _changed_in_build = 2), count(*) "
                f"from staging.{table}"
            ).fetchone()
            assert row is not None
            written[table] = row
        visitors = connection.execute("""
            select count(*) filter (where visitor_id in (
                select visitor_id from intermediate.int_visitors_changed
            )), count(*) from intermediate.int_events_sessionised
        """).fetchone()
        orders = connection.execute("""
            select count(*) filter (where order_id in (
                select order_id from intermediate.int_order_values_changed
            )), count(*) from sales.fct_orders
        """).fetchone()
    assert visitors is not None
    assert orders is not None
    # A late version of a row writes the row before once more, as superseded.
    assert 0 < sum(rows for rows, _ in written.values()) <= 2 * cut.rows_since
    # Whoever comes on a day is a regular: one visitor in twenty, with a fourth of all events.
    assert 0 < visitors[0] <= 0.3 * visitors[1]
    assert 0 < orders[0] <= 0.05 * orders[1]
