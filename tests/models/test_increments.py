"""However data arrives, increments leave the rows of one full build, and cost what has landed.

One data folder lives through most of it, step by step: a fixture for each step builds upon the one
before, and keeps what the warehouse holds then.
"""

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import DBT
from tests.project.batches import BATCHES, BUILD, CHANGES, MODELS, build, land, write_batches
from tests.project.builds import environment

# What of meta speaks of rows. The rest of it is about builds.
LEDGERS = ("row_ledger", "row_ledger_details", "quarantine")
# A table that none of the models reads.
UNREAD = "coupons"
STAGING = [f"{model},staging.storefront" for model in MODELS[1:]]
# Models on both sides of a variable of sessions, and all that lie between.
SELECTED = ("stg_storefront__events", "int_events_sessionised+,+fct_sessions", "fct_orders")


@dataclass(frozen=True)
class Step:
    """What a warehouse holds after a step.

    Attributes:
        contents: table -> rows and a hash of them, whatever their order.
        read_to: incremental model -> the build that it has read up to.
        full: incremental model -> its last full build.
    """

    contents: dict[str, tuple[int, int]]
    read_to: dict[str, int]
    full: dict[str, int]

    def differing(self, other: "Step") -> list[str]:
        """Tables that are not the same as in another warehouse."""
        ones, others = self.contents, other.contents
        return [table for table in {**ones, **others} if ones.get(table) != others.get(table)]

    def rebuilt(self, before: "Step") -> set[str]:
        """Incremental models that were built in full since a step before."""
        return {model for model, build in self.full.items() if build != before.full.get(model)}


@dataclass(frozen=True)
class Cost:
    """What an increment has done, in files, rows, visitors and orders.

    Attributes:
        files_read: landed files that it has read.
        files_landed: those that had landed, of the tables that it stages.
        rows: model that reads landed rows -> rows written, and rows that had landed.
        visitors: events of the visitors that were looked at again, and all events.
        orders: orders that were looked at again, and all orders.
    """

    files_read: set[Path]
    files_landed: set[Path]
    rows: dict[str, tuple[int, int]]
    visitors: tuple[int, int]
    orders: tuple[int, int]


def staged_table(model: str) -> str:
    """The source table that an incremental model reads, or nothing for one above staging."""
    found = re.fullmatch(r"(?:base|stg)_storefront__(\w+)", model)
    return found[1] if found else ""


def held(paths: Paths) -> Step:
    """What a warehouse holds now."""
    contents = {}
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            f"where (schema_name != 'meta' or table_name in {LEDGERS}) "
            f"and table_name not like '%\\_\\_{UNREAD}' escape '\\'"
        ).fetchall()
        for schema, table in tables:
            told = f"where source_table != '{UNREAD}'" if schema == "meta" else ""
            # When a row came is what differs.
            row = connection.execute(f"""
                select count(*), sum(cast(hash(columns(
                    lambda name: name != '_changed_in_build'
                )) as hugeint)) from {schema}.{table} {told}
            """).fetchone()
            assert row is not None
            contents[f"{schema}.{table}"] = (row[0], sum(hashed or 0 for hashed in row[1:]))
        models = connection.execute(
            "select model, read_to_build, full_build from meta.incremental_models"
        ).fetchall()
    return Step(
        contents,
        {model: read_to for model, read_to, _ in models},
        {model: full for model, _, full in models},
    )


def cost(paths: Paths, batch: Path, number: int) -> Cost:
    """What the last build has done, whose number is given, for a batch that had landed."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        ask = connection.execute
        rows = {}
        for (model,) in ask("select distinct model from meta.staged_files").fetchall():
            [(written,)] = ask(
                f"select count(*) from staging.{model} where _changed_in_build = {number}"
            ).fetchall()
            files = batch / "storefront" / staged_table(model) / "*.parquet"
            [(landed,)] = ask(
                f"select count(*) from read_parquet('{files}', union_by_name = true)"
                if any(files.parent.glob(files.name))
                else "select 0"
            ).fetchall()
            rows[model] = (written, landed)
        [visitors] = ask("""
            select count(*) filter (where visitor_id in (
                select visitor_id from intermediate.int_visitors_changed
            )), count(*) from intermediate.int_events_sessionised
        """).fetchall()
        [orders] = ask("""
            select count(*) filter (where order_id in (
                select order_id from intermediate.int_order_values_changed
            )), count(*) from sales.fct_orders
        """).fetchall()
    compiled = paths.target / "compiled" / "emporium" / "models" / "staging"
    sql = "".join(next(compiled.rglob(f"{model}.sql")).read_text() for model in rows)
    tables = {staged_table(model) for model in rows}
    return Cost(
        {file.relative_to(paths.raw) for file in paths.raw.rglob("*.parquet") if str(file) in sql},
        {
            file.relative_to(batch)
            for file in batch.rglob("*.parquet")
            if file.parent.name in tables
        },
        rows,
        visitors,
        orders,
    )


@pytest.fixture(scope="module", autouse=True)
def salted() -> Iterator[None]:
    """Hashes of personal values can be compared over warehouses of one salt."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMPORIUM_SALT", "pepper")
        yield


@pytest.fixture(scope="module")
def batches(sampled_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sampled world in batches: a raw zone for each."""
    folder = tmp_path_factory.mktemp("batches")
    write_batches(sampled_world / "raw", folder)
    return folder


@pytest.fixture(scope="module")
def in_one_go(batches: Path, tmp_path_factory: pytest.TempPathFactory) -> Step:
    paths = Paths(tmp_path_factory.mktemp("in_one_go"))
    land(batches, BATCHES, paths)
    build(paths)
    return held(paths)


# --- The steps of one data folder, each after the one before.


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    return Paths(tmp_path_factory.mktemp("steps"))


@pytest.fixture(scope="module")
def first(batches: Path, paths: Paths) -> Step:
    land(batches, ["first", "second"], paths)
    build(paths)
    return held(paths)


@pytest.fixture(scope="module")
def third_and_cost(batches: Path, paths: Paths, first: Step) -> tuple[Step, Cost]:
    land(batches, ["third"], paths)
    build(paths)
    return held(paths), cost(paths, batches / "third", 2)


@pytest.fixture(scope="module")
def third(third_and_cost: tuple[Step, Cost]) -> Step:
    return third_and_cost[0]


@pytest.fixture(scope="module")
def changed(batches: Path, paths: Paths, third: Step) -> Step:
    land(batches, ["changes"], paths)
    build(paths)
    return held(paths)


@pytest.fixture(scope="module")
def taken_back(paths: Paths, changed: Step) -> Step:
    """The changes are gone again."""
    for file in paths.raw.glob("storefront/*/*-changes.parquet"):
        file.unlink()
    build(paths)
    return held(paths)


@pytest.fixture(scope="module")
def refreshed(paths: Paths, taken_back: Step) -> Step:
    """One model was built in full by itself, and then all as usual."""
    build(paths, "--full-refresh", "--select", "int_events_sessionised")
    build(paths)
    return held(paths)


@pytest.fixture(scope="module")
def killed(batches: Path, paths: Paths, refreshed: Step) -> Step:
    """The changes have come once more, and the build of them was killed half way."""
    land(batches, ["changes"], paths)
    process = subprocess.Popen(
        [*DBT, "--no-use-colors", *BUILD, *MODELS, "--target", paths.dbt_target],
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
    return held(paths)


@pytest.fixture(scope="module")
def recovered(paths: Paths, killed: Step) -> Step:
    build(paths)
    return held(paths)


@pytest.fixture(scope="module")
def with_other_variables(paths: Paths, recovered: Step) -> Step:
    build(paths, "--select", *SELECTED, "--vars", "session_idle_minutes: 5")
    return held(paths)


# --- The steps of another, to which the latest comes first.


@pytest.fixture(scope="module")
def other_paths(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    return Paths(tmp_path_factory.mktemp("latest_first"))


@pytest.fixture(scope="module")
def latest(batches: Path, other_paths: Paths) -> Step:
    land(batches, ["changes", "third"], other_paths)
    build(other_paths)
    return held(other_paths)


@pytest.fixture(scope="module")
def only_staged(batches: Path, other_paths: Paths, latest: Step) -> Step:
    """What came before is staged, and nothing is built that reads it."""
    land(batches, ["first", "second"], other_paths)
    build(other_paths, "--select", *STAGING, f"stg_storefront__{UNREAD}")
    return held(other_paths)


@pytest.fixture(scope="module")
def earliest(other_paths: Paths, only_staged: Step) -> Step:
    build(other_paths)
    return held(other_paths)


# --- What has to be true of them.


def test_batches_build_the_rows_of_one_go(
    first: Step, third: Step, changed: Step, in_one_go: Step
) -> None:
    for number, step in enumerate((first, third, changed), start=1):
        assert set(step.read_to.values()) == {number}
        assert set(step.full.values()) == {1}, "an increment became a full build"
    assert changed.differing(in_one_go) == []


def test_batches_build_the_rows_of_one_go_if_the_latest_comes_first(
    latest: Step, earliest: Step, in_one_go: Step
) -> None:
    assert set(latest.contents) == set(in_one_go.contents)
    assert latest.differing(in_one_go) != []
    assert earliest.differing(in_one_go) == []


def test_the_changes_change_something(third: Step, in_one_go: Step) -> None:
    different = third.differing(in_one_go)

    for table in third.full:
        if staged_table(table) in {"", *CHANGES}:
            assert any(name.endswith(f".{table}") for name in different), f"{table} did not change"


def test_a_removed_file_takes_its_rows_back(third: Step, changed: Step, taken_back: Step) -> None:
    assert changed.differing(third) != []
    assert taken_back.differing(third) == []
    full = taken_back.rebuilt(changed)
    assert "fct_sessions" in full
    assert "stg_storefront__touches" not in full, "its files are all there"


def test_a_killed_build_loses_nothing(
    refreshed: Step, killed: Step, recovered: Step, in_one_go: Step
) -> None:
    before = refreshed.read_to["fct_sessions"]
    assert killed.read_to["stg_storefront__events"] == before + 1, "staged before it was killed"
    assert killed.read_to["fct_sessions"] == before, "not reached"
    assert set(recovered.read_to.values()) == {before + 2}
    assert recovered.rebuilt(refreshed) == set()
    assert recovered.differing(in_one_go) == []


def test_what_came_while_models_were_left_out_is_read_later(
    latest: Step, only_staged: Step, earliest: Step, in_one_go: Step
) -> None:
    staged = {model for model, read_to in only_staged.read_to.items() if read_to == 2}
    new = {f"stg_storefront__{UNREAD}"}
    assert staged == {model for model in latest.full if staged_table(model)} | new
    assert earliest.rebuilt(latest) == new, "only what was not built before is new"
    assert {earliest.read_to[model] for model in latest.full} == {3}
    assert earliest.differing(in_one_go) == []


def test_a_table_whose_files_are_all_gone_is_in_no_ledger(
    other_paths: Paths, earliest: Step
) -> None:
    told = f"select count(*) from meta.row_ledger where source_table = '{UNREAD}'"
    with duckdb.connect(str(other_paths.warehouse), read_only=True) as connection:
        assert connection.execute(told).fetchall() == [(1,)]
    shutil.rmtree(other_paths.raw / "storefront" / UNREAD)
    build(other_paths, "--select", f"stg_storefront__{UNREAD}")
    with duckdb.connect(str(other_paths.warehouse), read_only=True) as connection:
        assert connection.execute(told).fetchall() == [(0,)]
        # Nor is one of which nothing has ever landed.
        unlanded = """
            select source_table from meta.row_ledger
            where (source_system, source_table) not in (
                select (source_system, source_table) from meta.landed_files
            )
        """
        assert connection.execute(unlanded).fetchall() == []
        assert connection.table(f"staging.stg_storefront__{UNREAD}").count("*").fetchall() == [(0,)]


def test_a_full_refresh_of_one_model_refreshes_what_reads_it(
    third: Step, taken_back: Step, refreshed: Step
) -> None:
    full = refreshed.rebuilt(taken_back)
    assert {"int_events_sessionised", "int_sessions", "fct_sessions"} <= full
    assert "fct_orders" not in full
    assert refreshed.differing(third) == []


def test_other_variables_build_in_full(recovered: Step, with_other_variables: Step) -> None:
    full = with_other_variables.rebuilt(recovered)
    assert {"int_events_sessionised", "fct_sessions"} <= full
    assert not {"stg_storefront__events", "fct_orders"} & full
    assert "intermediate.int_events_sessionised" in with_other_variables.differing(recovered)


def test_an_increment_costs_what_has_landed(third_and_cost: tuple[Step, Cost]) -> None:
    """Three days of eighteen months: work is counted, not timed."""
    _, done = third_and_cost
    assert done.files_read == done.files_landed
    assert len(done.files_landed) >= 5
    # A late version of a row writes the row before once more, as superseded.
    assert all(written <= 2 * landed for written, landed in done.rows.values())
    assert done.rows["stg_storefront__events"][0] > 0
    # Whoever comes within three days is a regular, or a machine.
    assert 0 < done.visitors[0] <= 0.5 * done.visitors[1]
    assert 0 < done.orders[0] <= 0.1 * done.orders[1]
