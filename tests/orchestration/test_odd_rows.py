"""One odd row of every kind is named and bounded; no mart is held, and no money vanishes.

A shop sells a mug for 300.00 every other day, and then each of the things happens that rules know.
"""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.paths import Paths
from simulator.contract import read_contract
from tests.conftest import Emporium
from tests.shared import once

SOUND_ORDERS = 150
DAY = datetime(2026, 6, 20, 2)
# What each odd order is asked to pay, and how it differs from a sound one.
ODD: dict[str, dict[str, Any]] = {
    "DELETED": {"price": 100, "sku_id": "S99"},
    "STACKED": {"price": 52, "refunds": [32, 9, 8, 3, 6, 3]},
    "BEFORE": {"price": 100, "refunds": [10], "refunded_at": DAY - timedelta(minutes=5)},
    "COUPON": {"price": 80, "order_discount": 100, "paid_at": None, "paid": None},
    "RMB": {"price": 100, "currency_code": "RMB"},
    "BY_HAND": {"price": 100, "refunds": [30], "has_refund_lines": False},
    "NO_LINES": {"price": None, "paid": 20},
    "NOTHING": {"price": None, "paid": None},
    "TIP": {"price": 100, "paid": 103},
    "SHORT": {"price": 100},
}
# Two shops' orders of one number, and what each is asked to pay.
SHARED = "BOTH"
SHOPS = {"SHOP": 100, "SHOP2": 200}
# What stands below the rows of an export, and between those of two that were put together.
BELOW = {"orders": ("合计", "order_id")}
CONSTANTS: dict[str, Any] = {
    "category_id": "C1", "category_name": "Mugs", "category_name_zh": "杯子", "level": 1,
    "opened_at": "2025-01-01 00:00:00", "register_channel_id": "search",
    "register_terminal": "pc", "region_id": "CN-SH", "registered_at": "2025-06-01 02:00:00",
    "is_staff": "false", "spu_id": "P1", "price_band": "mid", "assortment_role": "core",
    "stocking_mode": "owned", "selected_by": "human", "stocking_mode_since_date": "2025-01-01",
    "is_partner_brand": "false", "list_price": 100, "gross_weight_kg": "0.5", "visitor_id": "V1",
    "user_id": "U1", "shop_id": "SHOP", "platform": "own_store", "channel_id": "search",
    "terminal": "pc", "receiver_city": "Shanghai", "is_presale": "false", "is_test": "false",
    "currency_code": "CNY", "order_discount": 0, "shipping_fee": 0, "tax": 0, "line_no": 1,
    "is_gift": "false", "quantity": 1, "line_discount": 0, "payment_kind": "full",
    "method": "alipay", "refund_type": "refund_only", "reason_code": "other",
    "handled_by": "human", "shipping_refund": 0,
}  # fmt: skip


def order_of(
    order_id: str,
    placed_at: datetime,
    price: int | None,
    *,
    sku_id: str = "S1",
    refunds: tuple[int, ...] | list[int] = (),
    refunded_at: datetime | None = None,
    has_refund_lines: bool = True,
    **order: Any,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of one order: table and what is not constant."""
    paid = order.pop("paid", price)
    paid_at = order.pop("paid_at", placed_at)
    status = "paid" if paid_at else "placed"
    # One who did it all, all at once, would be a machine.
    visitor = {"visitor_id": f"V{order_id}"}
    row = {"order_id": order_id, "placed_at": placed_at, "paid_at": paid_at, "status": status}
    yield "orders", {**row, **visitor, **order}
    for name in ("page_view", "submit_order", *(["pay"] if paid_at else [])):
        seen = {"event_at": placed_at, "received_at": placed_at, "order_id": order_id}
        yield "events", {"event_id": f"{name}-{order_id}", "event_name": name, **seen, **visitor}
    if price is not None:
        yield "order_lines", {"order_id": order_id, "sku_id": sku_id, "unit_price": price}
    if paid is not None:
        times = {"attempted_at": placed_at, "succeeded_at": placed_at}
        yield (
            "payments",
            {"payment_id": f"P{order_id}", "order_id": order_id, "amount": paid, **times}
            | {"status": "succeeded"},
        )
    for number, amount in enumerate(refunds, 1):
        refund = {"refund_id": f"R{number}{order_id}", "order_id": order_id, "amount": amount}
        at = refunded_at or placed_at + timedelta(days=number)
        times = {"requested_at": at, "refunded_at": at}
        yield "refunds", {**refund, **times, "status": "refunded"}
        if has_refund_lines:
            yield "refund_lines", {**refund, "sku_id": sku_id, "quantity": 0}


def write_shop(folder: Path) -> None:
    """The delivery of the shop, a file for each table."""
    rows: dict[str, list[Mapping[str, Any]]] = {
        "categories": [{}],
        "users": [{"status": "active"}],
        "skus": [{"sku_id": "S1", "sku_name": "Mug", "status": "active"}],
    }
    sound: list[tuple[str, dict[str, Any]]] = [
        (f"SO{number:03}", {"placed_at": DAY - timedelta(days=2 * number + 1), "price": 300})
        for number in range(SOUND_ORDERS)
    ]
    odd: list[tuple[str, dict[str, Any]]] = [
        (name, {"placed_at": DAY, **how}) for name, how in ODD.items()
    ]
    for order_id, how in [*sound, *odd]:
        for table, row in order_of(order_id, **how):
            rows.setdefault(table, []).append(row)
    # A payment that has come before its order.
    times = {"attempted_at": DAY, "succeeded_at": DAY, "status": "succeeded"}
    rows["payments"].append({"payment_id": "EARLY", "order_id": "LATE", "amount": 5, **times})
    # A line that broke its contract, of an order that counts.
    broken = {"order_id": "SHORT", "line_no": 2, "sku_id": "S1", "unit_price": 50, "quantity": -1}
    rows["order_lines"].append(broken)
    for shop_id, price in SHOPS.items():
        for table, row in order_of(SHARED, DAY, price, refunds=[price // 10]):
            own = {"event_id": f"{row['event_id']}-{shop_id}"} if table == "events" else {}
            rows[table].append({**row, **(own or {"shop_id": shop_id})})
    # What does not say of which of the two it is.
    whose = {"order_id": SHARED}
    rows["payments"].append({"payment_id": "WHOSE", **whose, "amount": 7, **times})
    rows["order_lines"].append({**whose, "line_no": 2, "sku_id": "S1", "unit_price": 50})
    times = {"requested_at": DAY, "refunded_at": DAY, "status": "refunded"}
    rows["refunds"].append({"refund_id": "WHOSE", **whose, "amount": 6, **times})
    # A visit on the day of the last refund: traffic is as fresh as sales.
    last = {"event_at": DAY + timedelta(days=6), "received_at": DAY + timedelta(days=6)}
    rows["events"].append({"event_id": "last", "event_name": "page_view", **last})
    # What a page left open sends by itself, and a payment that its page tells again.
    alone = {"event_id": "alone", "event_name": "heartbeat", "visitor_id": "VOPEN"}
    again = {"event_id": "again", "event_name": "pay", "visitor_id": "VTIP", "order_id": "TIP"}
    seen = {"event_at": DAY + timedelta(seconds=3), "received_at": DAY + timedelta(seconds=3)}
    rows["events"] += [{**alone, **seen}, {**again, **seen}]
    contract = read_contract()
    for table, delivered in rows.items():
        declared = [column.name for column in contract[table].columns]
        says_shop = any("shop_id" in row for row in delivered)
        columns = list(dict.fromkeys([*declared, *(["shop_id"] if says_shop else [])]))
        with (folder / f"{table}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(
                {
                    column: row.get(column, CONSTANTS.get(column) if column in declared else None)
                    for column in columns
                }
                for row in delivered
            )
            for word in BELOW.get(table, ()):
                values = columns if word in columns else [word, *[""] * (len(columns) - 1)]
                csv.writer(file).writerows([values, [""] * len(columns)])


@pytest.fixture(scope="module")
def odd_shop(emporium: Emporium) -> Paths:
    """The data folder of a run on the shop; `run.txt` in it is what the run said."""

    def run(folder: Path) -> None:
        delivery = folder / "delivery"
        delivery.mkdir()
        write_shop(delivery)
        arguments = ("run", "--source", "storefront", "--raw", str(delivery))
        done = emporium(Paths(folder), *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        (folder / "run.txt").write_text(done.stdout)

    return Paths(once("odd_shop", run))


@pytest.fixture(scope="module")
def serving(odd_shop: Paths) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(odd_shop.serving), read_only=True) as connection:
        yield connection


def test_all_marts_are_published(serving: duckdb.DuckDBPyConnection) -> None:
    assert serving.execute("select distinct status from meta.publications").fetchall() == [
        ("published",)
    ]


def test_money_stays_where_it_is_known(serving: duckdb.DuckDBPyConnection) -> None:
    """All orders count but the coupon, the currency and the one that is worth nothing known."""
    [(orders, gmv)] = serving.execute(
        "select count(*), sum(gmv_paid_amount) from sales.fct_orders"
    ).fetchall()
    counted = 100 + 52 + 100 + 100 + 20 + 100 + 100 + sum(SHOPS.values())
    assert (orders, gmv) == (SOUND_ORDERS + 9, Decimal(300 * SOUND_ORDERS + counted))
    [(net,)] = serving.execute(
        "select sum(net_sales_by_refund_date_amount) from sales.fct_sales_daily"
    ).fetchall()
    assert net == gmv - (61 + 10 + 30 + sum(SHOPS.values()) // 10 + 6)
    assert serving.execute(
        "select refund_date, refund_amount, order_line_id from sales.fct_refund_lines "
        "where order_id = 'storefront:BY_HAND'"
    ).fetchall() == [((DAY + timedelta(days=1)).date(), Decimal(30), "storefront:BY_HAND-1")]


def test_two_shops_orders_of_one_number_are_two(serving: duckdb.DuckDBPyConnection) -> None:
    """What does not say which of them it is of waits, or is refunded of neither."""
    orders = serving.execute("""
        select order_id, gmv_paid_amount, line_count, refunds_by_order_date_amount
        from sales.fct_orders
        where order_id like '%BOTH'
        order by gmv_paid_amount desc
    """).fetchall()
    assert orders == [
        (f"storefront:{shop_id}:{SHARED}", Decimal(price), 1, Decimal(price // 10))
        for shop_id, price in reversed(SHOPS.items())
    ]
    assert serving.execute("""
        select refund_line_id, order_line_id, region_id
        from sales.fct_refund_lines
        where refund_id like '%BOTH' or refund_id like '%WHOSE'
        order by refund_amount desc
    """).fetchall() == [
        *(
            (f"storefront:{shop}:R1{SHARED}-1", f"storefront:{shop}:{SHARED}-1", "CN-SH")
            for shop in reversed(SHOPS)
        ),
        ("storefront:WHOSE-0", None, "ZZ"),
    ]


def test_a_page_left_open_is_no_visit_and_a_payment_is_told_once(
    serving: duckdb.DuckDBPyConnection,
) -> None:
    assert serving.execute("""
        select visitor_id, cast(sum(pay_count) as bigint)
        from channels.fct_sessions
        where visitor_id in ('storefront:VOPEN', 'storefront:VTIP')
        group by visitor_id
    """).fetchall() == [("storefront:VTIP", 1)]


def test_every_line_finds_its_product(serving: duckdb.DuckDBPyConnection) -> None:
    assert serving.execute("""
        select sku_id, is_known, sum(gmv_paid_amount)
        from sales.fct_order_lines
        left join products.dim_products using (sku_id)
        group by all order by all
    """).fetchall() == [
        ("storefront:S1", True, Decimal(300 * SOUND_ORDERS + 452 + sum(SHOPS.values()))),
        ("storefront:S99", False, Decimal(100)),
        ("unknown", False, Decimal(20)),
    ]


def test_each_odd_row_is_named_with_its_rule(odd_shop: Paths) -> None:
    with duckdb.connect(str(odd_shop.warehouse), read_only=True) as connection:
        named = connection.execute("""
            select
                replace(row_key, 'storefront:', ''), rule_id, outcome, is_counted,
                cast(worth_amount as varchar), cast(transaction_amount as varchar), currency_code
            from meta.set_aside
            order by all
        """).fetchall()
        unplaced = "from meta.set_aside where delivered_file not like '%.csv' or source_row is null"
        assert not connection.execute(unplaced).fetchall()
    assert named == [
        ("BOTH-2", "shop_is_told", "suspense", True, None, "50.00", None),
        ("COUPON", "discount_within_basket", "set_aside", True, "80.00", "80.00", "CNY"),
        ("DELETED-1", "product_is_known", "unknown", True, "100.00", "100.00", "CNY"),
        ("EARLY", "order_is_known", "suspense", True, "5.00", "5.00", "CNY"),
        ("NOTHING", "order_has_a_price", "suspense", True, None, None, "CNY"),
        ("NO_LINES", "order_has_lines", "unknown", True, "20.00", "20.00", "CNY"),
        ("R1BEFORE", "refund_follows_order", "kept", False, "10.00", "10.00", "CNY"),
        ("R1BY_HAND", "refund_has_lines", "kept", False, "30.00", "30.00", "CNY"),
        ("RMB", "currency_has_a_rate", "set_aside", True, None, "100.00", "RMB"),
        ("STACKED", "refunds_within_order", "kept", False, "9.00", "9.00", "CNY"),
        ("TIP", "paid_as_priced", "kept", False, "3.00", "3.00", "CNY"),
        ("WHOSE", "refund_has_lines", "kept", False, "6.00", "6.00", "CNY"),
        ("WHOSE", "shop_is_told", "suspense", True, "7.00", "7.00", "CNY"),
        ("WHOSE", "shop_is_told", "unknown", True, "6.00", "6.00", "CNY"),
    ]


def test_an_order_says_how_many_of_its_lines_are_in_quarantine(
    serving: duckdb.DuckDBPyConnection,
) -> None:
    assert serving.execute(
        "select order_id, quarantined_line_count from sales.fct_orders "
        "where quarantined_line_count != 0"
    ).fetchall() == [("storefront:SHORT", 1)]


def test_rows_in_quarantine_are_named_as_they_were_delivered(
    odd_shop: Paths, serving: duckdb.DuckDBPyConnection
) -> None:
    with duckdb.connect(str(odd_shop.warehouse), read_only=True) as connection:
        named = connection.execute(
            "select source_table, row_key, delivered_file, source_row from meta.quarantine "
            "order by all"
        ).fetchall()
    last = SOUND_ORDERS + len(ODD)
    last_order = last + len(SHOPS)
    assert named == [
        ("order_lines", "SHORT-2", "order_lines.csv", last - 2 + 1),
        ("orders", "order_id", "orders.csv", last_order + 2),
        ("orders", "合计", "orders.csv", last_order + 1),
    ]
    [told] = serving.execute(
        "select named, next_step from meta.quarantine_by_rule where source_table = 'order_lines'"
    ).fetchall()
    assert told == (
        f"SHORT-2 (order_lines.csv:{last - 1})",
        "Correct the value, or its limit in the contract, and land it again.",
    )


def test_a_run_names_rows_rules_and_next_steps(odd_shop: Paths) -> None:
    said = " ".join((odd_shop.data / "run.txt").read_text().split())
    for word in ("product_is_known", "set_aside", "S99", "RMB", "SHORT-2"):
        assert word in said
