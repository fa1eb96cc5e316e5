"""Money against its own history: honest data passes, and each expectation sees what it is for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

import duckdb
import pytest

from expectations import channels_traffic, sales
from expectations.measures import kept
from expectations.suite import Baseline, Suite
from orchestration.paths import Paths
from tests.project.portability import engine_only

# What the expectations read, and when a row came to be, in the days of the shop.
TABLES = {
    "channels.fct_traffic_daily": "business_date",
    "intermediate.int_payments": "attempted_at + interval 8 hour",
    "sales.fct_order_lines": "business_date",
    "sales.fct_orders": "business_date",
    "sales.fct_refund_lines": "refund_date",
    "sales.fct_target_attainment": "counted_until_date",
}
KINDS = ("_keep_their_days", "_are_present", "_in_step")
SINGLE = (
    "paid_orders_were_paid",
    "payments_pay_what_was_due",
    "targets_are_in_proportion",
)

# The two largest promotions of the year begin, the longest holiday does, and a common day.
DAYS = (date(2025, 6, 16), date(2025, 11, 9), date(2026, 2, 14), date(2026, 6, 28))
# Christmas, when the shop is closed for eleven days, and its end; the season before the next.
RETAIL_DAYS = (date(2010, 12, 23), date(2011, 1, 4), date(2011, 11, 14), date(2011, 12, 7))
NEW_DAYS = 3


class Shop:
    """What has been built of a world, published up to a day and built again some days later."""

    def __init__(self, built: Path, folder: Path, one_in: int = 1) -> None:
        """Opens it, with one in so many orders."""
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{built}' as built (read_only)")
        self.connection.execute(f"attach '{folder / 'published.duckdb'}' as published")
        self.one_in = one_in
        self.baseline = Baseline(date.max)
        for schema in ("channels", "core", "intermediate", "sales"):
            self.connection.execute(f"create schema {schema}; create schema published.{schema}")
        self.connection.execute(
            "create schema reference; create table reference.exceptions "
            "(rule_id varchar, row_key varchar, expires_date date)"
        )

    def published(self, day: date) -> None:
        """Publishes what came before a day; the candidate has some days more."""
        self._fill("published.", day)
        self.baseline = Baseline(
            day + timedelta(days=NEW_DAYS),
            published_columns=MappingProxyType(
                {table: frozenset(self.connection.table(f"built.{table}").columns)
                 for table in TABLES}
            ),
        )  # fmt: skip
        self._fill("", self.baseline.as_of)

    def never_published(self, as_of: date) -> None:
        """The candidate has all that came before a day."""
        self.baseline = Baseline(as_of)
        self._fill("", as_of)

    def _fill(self, catalog: str, day: date) -> None:
        self.connection.execute(f"""
            create or replace table {catalog}core.dim_dates as
            select * replace (is_covered and business_date < date '{day}' as is_covered)
            from built.core.dim_dates
        """)
        for table, since in TABLES.items():
            columns = self.connection.table(f"built.{table}").columns
            ours = f"where {since} < date '{day}'"
            if "order_id" in columns:
                ours += f" and hash(order_id) % {self.one_in} = 0"
            self.connection.execute(
                f"create or replace table {catalog}{table} as from built.{table} {ours}"
            )
        # What was paid since was not yet paid.
        for table in ("sales.fct_orders", "sales.fct_order_lines"):
            self.connection.execute(f"""
                update {catalog}{table}
                set is_paid = false, paid_at = null, paid_date = null, gmv_paid_amount = 0
                where paid_date >= date '{day}'
            """)

    def seen(self, fault: str = "") -> set[str]:
        """The expectations that do not hold once something has happened to the candidate."""
        self.connection.execute("begin transaction")
        try:
            self.connection.execute(fault)
            return {
                name
                for name, query in watching(self.baseline).items()
                if self.connection.execute(query).fetchall()
            }
        finally:
            self.connection.execute("rollback")


def watching(baseline: Baseline) -> dict[str, str]:
    """The queries of what watches money and visits, by name."""
    suite: Suite = [*sales.suite(baseline), *channels_traffic.traffic(baseline)]
    return {
        each.name: each.arguments["unexpected_rows_query"].replace("{{", "{").replace("}}", "}")
        for checks in suite
        for each in checks.expectations
        if each.name.endswith(KINDS) or each.name in SINGLE
    }


@contextmanager
def opened(built: Path, folder: Path, one_in: int = 1) -> Iterator[Shop]:
    shop = Shop(built, folder, one_in)
    yield shop
    shop.connection.close()


@pytest.fixture(scope="module")
def shop(storefront: Paths, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The small world."""
    with opened(storefront.warehouse, tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture(scope="module")
def corner(storefront: Paths, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop of a hundred orders or so: a few of those of the small world."""
    with opened(storefront.warehouse, tmp_path_factory.mktemp("corner"), one_in=80) as shop:
        yield shop


@pytest.fixture(scope="module")
def retail(online_retail: Paths, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Two wholesalers' years, with returns, closed Saturdays and orders of all sizes."""
    with opened(online_retail.warehouse, tmp_path_factory.mktemp("retail")) as shop:
        yield shop


@pytest.mark.parametrize("day", DAYS)
def test_honest_days_are_published(shop: Shop, corner: Shop, day: date) -> None:
    for each in (shop, corner):
        each.published(day)
        assert each.seen() == set()


@pytest.mark.parametrize("day", RETAIL_DAYS)
def test_honest_days_of_another_shop_are_published(retail: Shop, day: date) -> None:
    retail.published(day)
    assert retail.seen() == set()


def test_honest_data_is_published_the_first_time(shop: Shop, corner: Shop, retail: Shop) -> None:
    for each, as_of in (
        (shop, date(2026, 7, 1)),
        (corner, date(2026, 7, 1)),
        (retail, date(2011, 12, 10)),
    ):
        each.never_published(as_of)
        assert each.seen() == set()


LINES = "sales.fct_order_lines"


def times(factor: str, where: str = "true") -> str:
    """All amounts of some lines are so many times what they were."""
    lines = (
        "list_amount", "allocated_discount_amount", "gmv_placed_amount", "gmv_paid_amount",
    )  # fmt: skip
    orders = ("gmv_placed_amount", "gmv_paid_amount")
    changed = ", ".join(f"{column} = {column} * {factor}" for column in lines)
    summed = ", ".join(
        f"{column} = (select sum({column}) from sales.fct_order_lines as lines "
        "where lines.order_id = fct_orders.order_id)"
        for column in orders
    )
    return f"""
        update sales.fct_order_lines set {changed} where {where};
        update sales.fct_orders set {summed};
        update sales.fct_target_attainment set reached_value = reached_value * {factor};
    """


PUBLISHED = date(2026, 6, 28)
NEW = f"business_date >= '{PUBLISHED}'"
ALL = "true"

# What goes wrong -> what happens to the candidate, and who sees it.
FAULTS: Mapping[str, tuple[str, set[str]]] = {
    "all prices ten times": (
        times("10"),
        {"placed_sales_keep_their_days", "paid_sales_keep_their_days",
         "payments_pay_what_was_due", "targets_are_in_proportion"},
    ),
    "new prices in cents": (
        times("100", NEW), {"order_values_in_step", "prices_in_step", "payments_pay_what_was_due"},
    ),
    "prices of a category ten times": (
        times("10", f"{NEW} and category_id = (select mode(category_id) from built.{LINES})"),
        {"prices_in_step", "payments_pay_what_was_due"},
    ),
    "new decimals cut": (
        "update sales.fct_orders set gmv_paid_amount = floor(gmv_paid_amount) - 1 "
        f"where is_paid and {NEW}",
        {"part_payments_in_step"},
    ),
    "an hour's zone is wrong": (
        "update sales.fct_orders set business_date = cast(placed_at as date), "
        "paid_date = cast(paid_at as date)",
        {"placed_sales_keep_their_days", "paid_sales_keep_their_days"},
    ),
    "a published day is missing": (
        "delete from sales.fct_orders where business_date = '2026-03-03'",
        {"placed_sales_keep_their_days"},
    ),
    "a published day is there twice": (
        "insert into sales.fct_orders select * replace ('again-' || order_id as order_id) "
        "from sales.fct_orders where business_date = '2026-03-03'",
        {"paid_sales_keep_their_days"},
    ),
    "a new day is missing": (
        f"delete from sales.fct_orders where business_date = '{PUBLISHED + timedelta(days=1)}'",
        {"placed_sales_are_present"},
    ),
    "a channel is missing": (
        f"delete from sales.fct_orders where {NEW} and channel_id = (select max_by(channel_id, n) "
        "from (select channel_id, count(*) as n from sales.fct_orders group by channel_id))",
        {"placed_sales_are_present"},
    ),
    "refunds ten times": (
        "update sales.fct_refund_lines set refund_amount = refund_amount * 10",
        {"refunds_keep_their_days"},
    ),
    "new lines refunded as if all came back": (
        "insert into sales.fct_refund_lines select r.* replace (r.refund_line_id || n.range "
        "as refund_line_id) from sales.fct_refund_lines as r, range(30) as n "
        f"where refund_date >= '{PUBLISHED}'",
        {"refunded_lines_in_step"},
    ),
    "payments halved": (
        "update intermediate.int_payments set amount = amount / 2", {"payments_pay_what_was_due"},
    ),
    "new payments a twentieth short": (
        f"update intermediate.int_payments set amount = amount * 0.95 "
        f"where attempted_at >= '{PUBLISHED}'",
        {"part_payments_in_step"},
    ),
    "half of the sessions lost": (
        "update channels.fct_traffic_daily set session_count = session_count // 2, "
        "paid_session_count = paid_session_count // 2, bounce_count = bounce_count // 2",
        {"sessions_keep_their_days"},
    ),
    "new pages are told three times": (
        "update channels.fct_traffic_daily set page_view_count = page_view_count * 3 "
        f"where business_date >= '{PUBLISHED}'",
        {"pages_in_step"},
    ),
    "a source of visits is missing": (
        "update channels.fct_traffic_daily set session_count = 0 "
        f"where business_date >= '{PUBLISHED}' and source_group = (select source_group from "
        "channels.fct_traffic_daily group by all order by sum(session_count) desc limit 1)",
        {"sessions_are_present"},
    ),
    "no new order is paid": (
        "update sales.fct_orders set is_paid = false, paid_at = null, paid_date = null, "
        f"gmv_paid_amount = 0 where {NEW}",
        {"unpaid_orders_in_step"},
    ),
    "orders landed three times": (
        "insert into sales.fct_orders select o.* replace (n.range || '-' || order_id as order_id) "
        f"from sales.fct_orders as o, range(2) as n where {NEW}",
        {"visits_in_step", "paid_orders_were_paid"},
    ),
    "every new session pays": (
        "update channels.fct_traffic_daily set paid_session_count = session_count "
        f"where business_date >= '{PUBLISHED}'",
        {"conversion_in_step"},
    ),
    "hardly a new session bounces": (
        "update channels.fct_traffic_daily set bounce_count = bounce_count // 10 "
        f"where business_date >= '{PUBLISHED}'",
        {"bounces_in_step"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_money_is_seen(shop: Shop, fault: str) -> None:
    shop.published(PUBLISHED)
    happens, expected = FAULTS[fault]
    assert expected <= shop.seen(happens)


def test_every_expectation_is_shown_to_see_something(shop: Shop) -> None:
    shop.published(PUBLISHED)
    assert set().union(*(seen for _, seen in FAULTS.values())) == set(watching(shop.baseline))


@pytest.mark.parametrize("fault", ["all prices ten times", "payments halved"])
def test_the_first_publication_is_watched(shop: Shop, corner: Shop, fault: str) -> None:
    for each in (shop, corner):
        each.never_published(date(2026, 7, 1))
        assert "payments_pay_what_was_due" in each.seen(FAULTS[fault][0])


@pytest.mark.parametrize(
    "fault", ["all prices ten times", "an hour's zone is wrong", "refunds ten times"]
)
def test_a_hundred_orders_are_watched(corner: Shop, fault: str) -> None:
    corner.published(PUBLISHED)
    assert corner.seen(FAULTS[fault][0])


@pytest.mark.parametrize(
    "happens",
    [
        # A few orders are corrected, deleted, and come late.
        "update sales.fct_orders set gmv_placed_amount = gmv_placed_amount + 100 "
        "where order_id in (select order_id from sales.fct_orders order by placed_at limit 2)",
        "delete from sales.fct_orders "
        "where order_id in (select order_id from sales.fct_orders order by placed_at limit 1)",
        "insert into sales.fct_orders select * replace (order_id || '-late' as order_id) "
        "from (from sales.fct_orders order by placed_at desc limit 2)",
        # Old orders are refunded now.
        "update sales.fct_orders set refunds_by_order_date_amount = gmv_paid_amount, "
        "net_sales_by_order_date_amount = 0 where business_date < '2026-06-01' "
        "and hash(order_id) % 10 = 0",
    ],
)
def test_what_happens_to_published_days_every_day_is_no_fault(
    shop: Shop, corner: Shop, happens: str
) -> None:
    for each in (shop, corner):
        each.published(PUBLISHED)
        assert each.seen(happens) == set()


def test_late_rows_may_fill_a_day_that_was_short(shop: Shop) -> None:
    shop.published(PUBLISHED)
    shop.connection.execute(
        "delete from published.sales.fct_orders where business_date = '2026-03-03'"
    )
    assert shop.seen() == set()


def accept(rule: str, key: str, expires: str = "2027-01-01") -> str:
    return f"insert into reference.exceptions values ('{rule}', '{key}', '{expires}');"


KEPT = "orders_keep_their_days"
IS_MISSING = "delete from sales.fct_orders where business_date = '2026-03-03';"


@pytest.mark.parametrize(
    ("accepted", "holds"),
    [
        ("", False),
        (accept(KEPT, "2026-03-03"), True),
        (accept(KEPT, "2026-03-01/2026-03-04"), True),
        (accept(KEPT, "2026-03-04/2026-03-05"), False),
        (accept("refund_lines_keep_their_days", "2026-03-03"), False),
        (accept(KEPT, "2026-03-03", expires="2026-07-01"), False),
    ],
)
def test_days_that_somebody_accepted_are_not_compared(
    shop: Shop, accepted: str, holds: bool
) -> None:
    shop.published(PUBLISHED)
    both = {"placed_sales_keep_their_days", "paid_sales_keep_their_days"}
    assert both & shop.seen(IS_MISSING + accepted) == (set() if holds else both)


# An honest order worth more than all others of its day together, which came late.
LARGE = """
    insert into sales.fct_orders
    select * replace (
        'large' as order_id, (select sum(gmv_placed_amount) / 4 from sales.fct_orders)
        as gmv_placed_amount, 0 as gmv_paid_amount
    )
    from sales.fct_orders where business_date <= '2026-03-10' order by placed_at desc limit 1;
"""


def test_a_large_order_is_named_and_one_line_accepts_it(shop: Shop, corner: Shop) -> None:
    held = "placed_sales_keep_their_days"
    for each in (shop, corner):
        each.published(PUBLISHED)
        [kept_days] = kept([sales.PLACED], each.baseline)
        each.connection.execute("begin transaction")
        each.connection.execute(LARGE)
        rows = each.connection.execute(kept_days.arguments["unexpected_rows_query"]).fetchall()
        each.connection.execute("rollback")
        assert {row[-1] for row in rows} == {"large"}
        assert "seeds/reference/exceptions.csv: orders_keep_their_days" in kept_days.next_step
        assert held in each.seen(LARGE)
        assert held not in each.seen(LARGE + accept(KEPT, "large"))


@pytest.mark.parametrize("fault", ["a published day is missing", "a published day is there twice"])
def test_what_is_wrong_with_a_day_is_seen_beside_an_accepted_order(shop: Shop, fault: str) -> None:
    shop.published(PUBLISHED)
    happens, expected = FAULTS[fault]
    late = LARGE.replace("2026-03-10", "2026-03-03")
    assert expected <= shop.seen(f"{happens}; {late} {accept(KEPT, 'large')}")


def test_what_the_published_version_does_not_tell_is_not_compared() -> None:
    before = Baseline(date(2026, 7, 1), {}, {"sales.fct_orders": frozenset({"order_id"})})
    assert not list(kept([sales.PLACED], before))
    assert "published." not in " ".join(watching(before).values())


def test_queries_mean_the_same_on_every_engine(shop: Shop) -> None:
    """Also those that are made only once there is something published."""
    shop.published(PUBLISHED)
    for query in watching(shop.baseline).values():
        assert list(engine_only(query)) == []
