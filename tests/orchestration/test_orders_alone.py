"""A shop that brings orders and their lines, and nothing else, has a review of what they tell."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from reports.answers import read_review
from simulator.contract import read_contract
from tests.conftest import Emporium
from tests.project.bringing import ALONE, documented
from tests.shared import once

FIRST_DAY, DAYS = datetime(2025, 1, 1, 4), 546
BUYERS, PRODUCTS, PRICE = 40, 6, 100
UNTOLD = "Not measurable: no source tells what was refunded."


def write_shop(folder: Path) -> None:
    """An order every day, of one line, by one of some buyers."""
    orders: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for number in range(DAYS):
        placed_at = FIRST_DAY + timedelta(days=number)
        order_id = f"SO{number:03}"
        orders.append(
            {
                "order_id": order_id, "user_id": f"U{number * 7 % BUYERS}", "shop_id": "SHOP",
                "platform": "own_store", "channel_id": "search",
                "terminal": ("app", "pc", "h5")[number % 3],
                "region_id": ("CN-SH", "CN-GD", "CN-SC")[number % 3], "status": "completed",
                "placed_at": placed_at, "paid_at": placed_at,
                "completed_at": placed_at + timedelta(days=15), "is_presale": "false",
                "is_test": "false", "currency_code": "CNY", "order_discount": 0,
                "shipping_fee": 0, "tax": 0,
            }
        )  # fmt: skip
        lines.append(
            {
                "order_id": order_id, "line_no": 1, "sku_id": f"S{number % PRODUCTS}",
                "is_gift": "false", "quantity": 1, "list_price": PRICE, "unit_price": PRICE,
                "line_discount": 0,
            }
        )  # fmt: skip
    contract = read_contract()
    for table, rows in {"orders": orders, "order_lines": lines}.items():
        with (folder / f"{table}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, [column.name for column in contract[table].columns])
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture(scope="module")
def shop(emporium: Emporium) -> Paths:
    """The data folder of a run on the shop."""

    def run(folder: Path) -> None:
        delivery = folder / "delivery"
        delivery.mkdir()
        write_shop(delivery)
        arguments = ("run", "--source", "storefront", "--raw", str(delivery))
        done = emporium(Paths(folder), *arguments)
        assert done.returncode == 0, done.stdout + done.stderr

    return Paths(once("orders_alone", run))


@pytest.fixture(scope="module")
def serving(shop: Paths) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(shop.serving), read_only=True) as connection:
        yield connection


def test_no_mart_is_held_for_what_never_came(serving: duckdb.DuckDBPyConnection) -> None:
    assert serving.execute("select distinct status from meta.publications").fetchall() == [
        ("published",)
    ]
    assert not serving.execute("select * from sales.fct_rows_set_aside").fetchall()


def test_products_and_members_are_those_of_the_orders(serving: duckdb.DuckDBPyConnection) -> None:
    assert serving.execute("""
        select count(*), bool_or(is_known), bool_and(is_ever_sold), min(category_id)
        from products.dim_products
    """).fetchall() == [(PRODUCTS, False, True, "unknown")]
    assert serving.execute("""
        select count(*), sum(paid_order_count), sum(gmv_paid_amount), count(registered_at)
        from members.dim_members
    """).fetchall() == [(BUYERS, DAYS, Decimal(PRICE * DAYS), 0)]


def test_what_no_table_tells_is_not_measured(serving: duckdb.DuckDBPyConnection) -> None:
    sales = serving.execute("""
        select scope, value, note
        from review.fct_answers
        where question_id = 'K001' and period = '2026H1'
        order by scope
    """).fetchall()
    paid = PRICE * 181
    assert sales == [
        ("gmv_paid", paid, None),
        ("gmv_placed", paid, None),
        ("net_sales_by_order_date", None, UNTOLD),
        ("net_sales_by_refund_date", None, UNTOLD),
    ]
    # What orders alone tell of each is a zero, a share of one member, or a category called unknown.
    assert not serving.execute("""
        select question_id, scope, value
        from review.fct_answers
        where
            value is not null
            and (
                question_id in ('K010', 'K018', 'K019')
                or (question_id = 'K015' and scope like 'net_sales%')
                or (question_id = 'K016' and (scope like 'tree%' or scope like '%categories'))
                or (question_id = 'K025' and scope = 'penetration')
            )
    """).fetchall()
    assert serving.execute("""
        select count(*)
        from review.fct_bridges
        where
            metric_id = 'net_sales' and axis_id = 'refunds' and from_option_id != to_option_id
            and change_in_value is not null
    """).fetchall() == [(0,)]


def test_orders_alone_answer_what_is_promised(serving: duckdb.DuckDBPyConnection) -> None:
    answered = serving.execute("""
        select distinct question_id from review.fct_answers where value is not null order by all
    """).fetchall()
    promised = documented((PROJECT_DIR / "docs" / "sources.md").read_text())[ALONE]
    assert [name for (name,) in answered] == promised


def test_the_review_is_read_as_ever(shop: Paths) -> None:
    assert (shop.serving.parent / "review.html").exists()
    review = read_review(shop)
    assert review.period == "2026H1"
    assert review.answers["K001"]
