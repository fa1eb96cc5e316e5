"""What readers of Spark have: what is published, what survives, what a kill leaves."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from orchestration.engines.spark import Spark
from orchestration.errors import EmporiumError
from orchestration.history import Publication, Run
from orchestration.spark import store

pytestmark = pytest.mark.spark

MARTS = {"sales": ["fct_orders"], "channels": ["fct_touches"]}
START = datetime(2026, 1, 1, 6)
AS_OF = date(2025, 12, 31)


class Shop:
    """Two marts of a shop, whose tables all carry one stamp, and what readers see of them."""

    def __init__(self, engine: Spark) -> None:
        self.engine = engine
        self.runs = 0
        self.sql("create database if not exists sales")
        self.sql("create database if not exists channels")

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.engine.session.sql(statement).collect()]

    def build(self, stamp: int, extra: str = "") -> None:
        """Candidates as dbt would leave them; `extra` is one more column."""
        self.sql("drop table if exists sales.fct_orders")
        columns = "order_id bigint comment 'The shop\\\\''s', stamp int, amount decimal(18, 2)"
        columns += f", {extra}" if extra else ""
        self.sql(f"create table sales.fct_orders ({columns}) comment 'One row per order, 订单'")
        more = ", 'new'" if extra else ""
        self.sql(
            f"insert into sales.fct_orders values (1, {stamp}, 10.25{more}), "
            f"(2, {stamp}, null{more})"
        )
        self.sql("create table if not exists channels.fct_touches (stamp int)")
        self.sql(f"insert overwrite channels.fct_touches values ({stamp})")

    def publish(self) -> tuple[Publication, ...]:
        self.runs += 1
        run = Run(f"run-{self.runs}", START + timedelta(days=self.runs), AS_OF)
        return self.engine.publish(run, MARTS)

    def stamps(self) -> set[int]:
        """The stamps of all that is readable: one, unless two versions are mixed."""
        found = self.sql(
            "select stamp from published_sales.fct_orders "
            "union select stamp from published_channels.fct_touches"
        )
        return {stamp for (stamp,) in found}

    def history(self, columns: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.engine._paths.history), read_only=True) as connection:
            return connection.execute(
                f"select {columns} from meta.publications order by rowid"
            ).fetchall()


@pytest.fixture
def shop(empty_spark: Spark) -> Shop:
    """Version 1 is published, with stamp 1."""
    shop = Shop(empty_spark)
    shop.build(1)
    shop.publish()
    return shop


def test_readers_find_rows_types_and_comments(shop: Shop) -> None:
    rows = shop.sql("select order_id, cast(amount as string) from published_sales.fct_orders")
    assert sorted(rows) == [(1, "10.25"), (2, None)]
    described = shop.sql("describe extended published_sales.fct_orders")
    assert ("order_id", "bigint", "The shop\\'s") in described
    assert ("amount", "decimal(18,2)", None) in described
    assert ("Comment", "One row per order, 订单", "") in described

    # Why it is there is published with it.
    told = shop.sql("select mart, status, version, row_count from published_meta.publications")
    assert sorted(told) == [("channels", "published", 1, 1), ("sales", "published", 1, 2)]
    assert shop.history("mart, version") == [("sales", 1), ("channels", 1)]


def test_views_of_the_session_are_let_be(shop: Shop) -> None:
    # Gates leave one behind.
    shop.sql("create or replace temporary view passing as select 1 as one")
    shop.build(2)
    shop.publish()
    assert shop.stamps() == {2}
    assert shop.sql("select one from passing") == [(1,)]
    shop.sql("drop view passing")


def test_what_has_not_changed_is_not_published_again(shop: Shop) -> None:
    assert {each.status for each in shop.publish()} == {"unchanged"}
    assert store.readable_version(store.entries(shop.engine.session)) == 1

    # Order and files aside, another value is another content; so is another comment.
    shop.sql("insert overwrite channels.fct_touches values (2)")
    statuses = {each.mart: (each.status, each.version) for each in shop.publish()}
    assert statuses == {"sales": ("unchanged", 1), "channels": ("published", 2)}
    shop.sql("comment on table sales.fct_orders is 'Another comment'")
    statuses = {each.mart: (each.status, each.version) for each in shop.publish()}
    assert statuses == {"sales": ("published", 3), "channels": ("unchanged", 2)}
    described = shop.sql("describe extended published_sales.fct_orders")
    assert ("Comment", "Another comment", "") in described


def test_a_null_in_another_column_is_another_content(shop: Shop) -> None:
    shop.sql("insert overwrite sales.fct_orders values (1, null, 7), (2, 7, null)")
    first = {each.mart: each.content_hash for each in shop.publish()}
    shop.sql("insert overwrite sales.fct_orders values (1, 7, null), (2, null, 7)")
    second = {each.mart: each.content_hash for each in shop.publish()}
    assert first["sales"] != second["sales"]


def test_a_table_without_rows_is_published(shop: Shop) -> None:
    shop.sql("truncate table channels.fct_touches")
    shop.publish()
    assert shop.sql("select count(*) from published_channels.fct_touches") == [(0,)]
    assert shop.engine.baseline(AS_OF).published_rows["channels.fct_touches"] == 0
    assert shop.engine.baseline(AS_OF).published_rows["sales.fct_orders"] == 2


def test_the_swap_changes_one_view_and_never_takes_it_away(shop: Shop) -> None:
    def made() -> list[str]:
        described = shop.sql("describe extended store.versions")
        return [value for name, value, _ in described if name == "Created Time"]

    before = made()
    shop.build(2)
    shop.publish()
    assert shop.stamps() == {2}
    assert made() == before


def test_the_last_versions_are_kept_and_no_more(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, last = 2, 4
    monkeypatch.setattr(store, "KEPT_VERSIONS", kept)
    for stamp in range(2, last + 1):
        shop.build(stamp)
        shop.publish()
    entries = store.entries(shop.engine.session)
    versions = set(range(last - kept + 1, last + 1))
    assert {entry.version for entry in entries} == versions
    stored = store._stored(shop.engine.session)
    assert {version for found in stored.values() for version in found} == versions
    assert shop.stamps() == {last}


def test_rows_of_before_keep_their_columns_until_the_swap(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.build(2, extra="source string")
    with interrupted(shop, monkeypatch, "alter view store.versions", after=False):
        shop.publish()
    assert shop.stamps() == {1}
    columns = [name for name, *_ in shop.sql("describe published_sales.fct_orders")]
    assert columns == ["order_id", "stamp", "amount"]

    shop.publish()
    assert shop.stamps() == {2}
    assert shop.sql("select distinct source from published_sales.fct_orders") == [("new",)]
    # Back, and readers have the columns of before as well.
    assert shop.engine.rollback(START + timedelta(days=90)) == 1
    assert shop.stamps() == {1}
    columns = [name for name, *_ in shop.sql("describe published_sales.fct_orders")]
    assert columns == ["order_id", "stamp", "amount"]


# A statement, whether it was still done, and whether the candidate has a shape of its own.
STEPS = [
    ("insert overwrite store.`channels", True, False),
    ("insert overwrite store.`sales", False, True),
    ("drop table store", False, False),
    ("insert overwrite store.`meta", True, False),
    ("alter table .* drop partition", True, True),
    ("alter view published_sales", True, True),
    ("alter view store.versions", False, True),
    ("alter view store.versions", True, True),
    ("alter view published_sales", False, False),
]


def test_a_kill_at_any_step_leaves_one_version_readable(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = readable = 1
    for step, after, is_reshaped in STEPS:
        stamp += 1
        shop.build(stamp, extra=f"source_{stamp} string" if is_reshaped else "")
        with interrupted(shop, monkeypatch, step, after):
            shop.publish()
        found = shop.stamps()
        assert found in ({readable}, {stamp}), (step, after)
        [readable] = found
    shop.build(99)
    assert {each.status for each in shop.publish()} == {"published"}
    assert shop.stamps() == {99}
    # Nothing is left of what was begun.
    wanted = {(entry.mart, entry.content) for entry in store.entries(shop.engine.session)}
    for table, versions in store._stored(shop.engine.session).items():
        assert versions and {(table.mart, version) for version in versions} <= wanted


def test_the_run_that_was_killed_after_the_swap_is_in_the_history(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.build(2)
    with interrupted(shop, monkeypatch, "alter view store.versions", after=True):
        shop.publish()
    assert shop.stamps() == {2}
    assert ("run-2", 2) not in shop.history("run_id, version")
    assert {each.status for each in shop.publish()} == {"unchanged"}
    assert shop.history("run_id, version").count(("run-2", 2)) == 2


def test_a_rollback_brings_back_the_version_before(shop: Shop) -> None:
    shop.build(2)
    shop.publish()
    shop.build(3)
    shop.publish()
    at = START + timedelta(days=90)
    assert shop.engine.rollback(at) == 2
    assert shop.stamps() == {2}
    assert shop.engine.rollback(at + timedelta(hours=1)) == 1
    assert shop.stamps() == {1}
    with pytest.raises(EmporiumError, match="nothing to roll back to"):
        shop.engine.rollback(at + timedelta(hours=2))
    rolled_back = [row for row in shop.history("mart, status, version") if row[1] == "rolled_back"]
    assert {version for _, _, version in rolled_back} == {1, 2}

    # A withdrawn number is not given again, and what was withdrawn is no target.
    assert {each.version for each in shop.publish()} == {4}
    assert shop.engine.rollback(at + timedelta(hours=3)) == 1


def test_a_mart_that_was_not_yet_published_goes_with_the_rollback(shop: Shop) -> None:
    shop.sql("create database products")
    shop.sql("create table products.dim_products (stamp int)")
    run = Run("run-9", START + timedelta(days=9), AS_OF)
    shop.engine.publish(run, {"products": ["dim_products"]})
    assert shop.sql("select count(*) from published_products.dim_products") == [(0,)]
    shop.engine.rollback(START + timedelta(days=10))
    assert not shop.engine.session.catalog.tableExists("published_products.dim_products")
    assert shop.stamps() == {1}


def test_a_candidate_that_is_missing_publishes_nothing(shop: Shop) -> None:
    shop.build(2)
    shop.sql("drop table channels.fct_touches")
    with pytest.raises(EmporiumError, match=re.escape("there is no channels.fct_touches")):
        shop.publish()
    assert shop.stamps() == {1}


class Killed(BaseException):
    """What no code catches, as a kill."""


class interrupted:  # noqa: N801
    """Kills the process, as it were, before or after the first statement that begins like that."""

    def __init__(self, shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str, after: bool) -> None:
        self.session, self.monkeypatch = shop.engine.session, monkeypatch
        self.step, self.after, self.reached = step, after, False

    def __enter__(self) -> None:
        run: Callable[..., Any] = self.session.sql

        def sql(statement: str, **arguments: Any) -> Any:
            is_it = re.match(self.step, statement) is not None
            if is_it and not self.after:
                self.reached = True
                raise Killed
            result = run(statement, **arguments)
            if is_it:
                self.reached = True
                raise Killed
            return result

        self.monkeypatch.setattr(self.session, "sql", sql)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self.monkeypatch.undo()
        assert self.reached, f"publishing has no step {self.step}"
        return kind is Killed
