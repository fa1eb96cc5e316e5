"""Two shops that number their orders alike, delivered in any files and order, have both orders.

Every case has numbers of its own, so that all of them go through the same three landings, by the
real code, after each of which what sales are made of is built in increments.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from orchestration.contracts import contracts
from orchestration.landing import land
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from simulator.story import SYSTEM
from tests.project.batches import BUILD
from tests.project.builds import dbt
from tests.project.parsing import DECISIVE, parsed

DAY = datetime(2026, 6, 20, 2)
LANDED_AT = datetime(2026, 6, 25)
LANDINGS = 3
# Numbers of which the rows land at random.
DRAWN = 12
Row = Mapping[str, Any]
Rows = Sequence[tuple[str, Row]]
"""Rows of one file of each table."""
Landings = Sequence[Sequence[Rows]]
"""In turn, what lands together, file by file."""

CONSTANTS: Mapping[str, Row] = {
    "orders": {
        "platform": "own_store", "channel_id": "search", "terminal": "pc", "region_id": "CN-SH",
        "status": "paid", "placed_at": DAY, "paid_at": DAY, "is_presale": "false",
        "is_test": "false", "currency_code": "CNY", "order_discount": 0, "shipping_fee": 0,
        "tax": 0,
    },
    "order_lines": {
        "line_no": 1, "sku_id": "S1", "is_gift": "false", "quantity": 1, "list_price": 1,
        "line_discount": 0,
    },
    "payments": {
        "payment_kind": "full", "method": "alipay", "status": "succeeded", "attempted_at": DAY,
        "succeeded_at": DAY, "currency_code": "CNY",
    },
    "refunds": {
        "refund_type": "refund_only", "status": "refunded", "reason_code": "other",
        "handled_by": "human", "requested_at": DAY + timedelta(days=1),
        "refunded_at": DAY + timedelta(days=1), "currency_code": "CNY", "shipping_refund": 0,
    },
    "refund_lines": {"line_no": 1, "sku_id": "S1", "quantity": 0},
}  # fmt: skip


def order_of(shop_id: str, number: str, price: int, *, says_shop: bool = True) -> Rows:
    """All rows of an order, of which a tenth was paid back."""
    of = {"order_id": number, **({"shop_id": shop_id} if says_shop else {})}
    refund = {**of, "refund_id": f"R{number}", "amount": price // 10}
    return [
        ("orders", {**of, "shop_id": shop_id, "user_id": f"U{shop_id}"}),
        ("order_lines", {**of, "unit_price": price}),
        ("payments", {**of, "payment_id": f"P{number}", "amount": price}),
        ("refunds", refund),
        ("refund_lines", refund),
    ]


def nobodys(number: str) -> Rows:
    """What does not say of which shop's order it is."""
    return [
        ("order_lines", {"order_id": number, "line_no": 2, "unit_price": 50}),
        ("payments", {"order_id": number, "payment_id": f"W{number}", "amount": 7}),
        ("refunds", {"order_id": number, "refund_id": f"W{number}", "amount": 6}),
    ]


def in_one_file(number: str) -> Landings:
    rows = [*order_of("EAST", number, 100), *order_of("WEST", number, 200), *nobodys(number)]
    return [[rows]]


def in_a_file_of_each_shop(number: str) -> Landings:
    return [[order_of("EAST", number, 100), order_of("WEST", number, 200), nobodys(number)]]


def one_shop_after_the_other(number: str) -> Landings:
    return [
        [order_of("EAST", number, 100)],
        [order_of("WEST", number, 200)],
        [nobodys(number)],
    ]


def what_is_nobodys_first(number: str) -> Landings:
    return [
        [nobodys(number)],
        [order_of("WEST", number, 200)],
        [order_of("EAST", number, 100)],
    ]


def orders_last(number: str) -> Landings:
    [[rows]] = in_one_file(number)
    orders = [each for each in rows if each[0] == "orders"]
    return [[[each for each in rows if each[0] != "orders"]], [], [orders]]


def a_shop_that_says_so_later(number: str) -> Landings:
    """Exported before another shop had the number, and again since."""
    return [
        [order_of("EAST", number, 100, says_shop=False)],
        [order_of("WEST", number, 200), nobodys(number)],
        [order_of("EAST", number, 100)],
    ]


def lines_that_say_no_shop(number: str) -> Landings:
    """As most shops' exports do, and again in the next one."""
    rows = [
        *order_of("EAST", number, 100, says_shop=False)[:2],
        *order_of("WEST", number, 200, says_shop=False)[:2],
    ]
    return [[rows], [], [rows]]


def drawn(number: str) -> Landings:
    """Each row in a file and a landing at random, some of them twice."""
    random = Random(number)  # noqa: S311
    landings: list[list[list[tuple[str, Row]]]] = [[[], []] for _ in range(LANDINGS)]
    [[rows]] = in_one_file(number)
    for each in random.sample(rows, len(rows)):
        for landing in random.sample(landings, random.randint(1, 2)):
            random.choice(landing).append(each)
    return landings


CASES = (
    in_one_file,
    in_a_file_of_each_shop,
    one_shop_after_the_other,
    what_is_nobodys_first,
    orders_last,
    a_shop_that_says_so_later,
)
NUMBERS = {
    **{str(1000 + place): case for place, case in enumerate(CASES)},
    **{str(2000 + place): drawn for place in range(DRAWN)},
}
ALONE, RETOLD, UNSAID = "3000", "3001", "3002"
QUERIES = {
    "orders": """
        select order_id, gmv_paid_amount, refunds_by_order_date_amount, line_count
        from sales.fct_orders
    """,
    "lines": "select order_line_id, order_id, gmv_paid_amount from sales.fct_order_lines",
    "payments": "select payment_id, order_id, amount from intermediate.int_payments",
    "refunds": """
        select refund_line_id, refund_id, order_id, order_line_id, refund_amount, region_id
        from intermediate.int_refund_lines_dated
    """,
    "unresolved": """
        select rule_id, source_table, row_key, order_id
        from intermediate.int_references_unresolved
    """,
}


def two_orders(number: str) -> dict[str, list[tuple[Any, ...]]]:
    """What the rows of a number come to."""
    east, west = f"EAST:{number}", f"WEST:{number}"
    return {
        "orders": [(east, 100, 10, 1), (west, 200, 20, 1)],
        "lines": [(f"{east}-1", east, 100), (f"{west}-1", west, 200)],
        "payments": [
            (f"EAST:P{number}", east, 100),
            (f"W{number}", number, 7),
            (f"WEST:P{number}", west, 200),
        ],
        "refunds": [
            (f"EAST:R{number}-1", f"EAST:R{number}", east, f"{east}-1", 10, "CN-SH"),
            (f"W{number}-0", f"W{number}", None, None, 6, "ZZ"),
            (f"WEST:R{number}-1", f"WEST:R{number}", west, f"{west}-1", 20, "CN-SH"),
        ],
        "unresolved": [
            ("shop_is_told", "order_lines", f"{number}-2", number),
            ("shop_is_told", "payments", f"W{number}", number),
            ("shop_is_told", "refunds", f"W{number}", number),
        ],
    }


def one_order(number: str, price: int, shop: str = "") -> dict[str, list[tuple[Any, ...]]]:
    """What the rows of a number come to that one shop has."""
    payment, refund = f"P{number}", f"{shop}R{number}"
    return {
        "orders": [(number, price, 30, 1)],
        "lines": [(f"{number}-1", number, price)],
        "payments": [(payment, number, price)],
        "refunds": [(f"{refund}-1", refund, number, f"{number}-1", 30, "CN-SH")],
        "unresolved": [],
    }


def write(folder: Path, files: Iterable[Rows], required: Mapping[str, Sequence[str]]) -> None:
    folder.mkdir(parents=True)
    for number, rows in enumerate(files):
        for table in dict.fromkeys(table for table, _ in rows):
            told = [{**CONSTANTS[table], **row} for name, row in rows if name == table]
            columns = dict.fromkeys([*required[table], *(name for row in told for name in row)])
            with (folder / f"{table}-{number}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, list(columns))
                writer.writeheader()
                writer.writerows(told)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse after the last landing."""
    folder = tmp_path_factory.mktemp("shops")
    paths = Paths(folder / "data")
    declared = contracts(parsed({DECISIVE: [SYSTEM]}, "duckdb"), SYSTEM)
    required = {
        contract.table: [column.name for column in contract.columns if column.required]
        for contract in declared
    }
    variables = json.dumps(Project(paths, SYSTEM).variables)
    histories = [case(number) for number, case in NUMBERS.items()]
    histories.append([[order_of("WEST", ALONE, 300, says_shop=False)]])
    # A shop of which the exports say that it is, and then no longer.
    said, unsaid = order_of("WEST", RETOLD, 300), order_of("WEST", RETOLD, 310, says_shop=False)
    histories.append([[said], [unsaid[:3]]])
    histories.append(lines_that_say_no_shop(UNSAID))
    for place in range(LANDINGS):
        landing = [history[place] for history in histories if place < len(history)]
        files: Iterable[Sequence[Rows]] = zip_longest(*landing, fillvalue=())
        together = [[each for rows in file for each in rows] for file in files]
        write(folder / str(place), together, required)
        land(folder / str(place), declared, paths.raw, LANDED_AT + timedelta(hours=place))
        done = dbt(PROJECT_DIR, paths, *BUILD, "--vars", variables, "--select", "+fct_orders")
        assert set(done.results.values()) <= {"success", "no-op"}, done.said
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        yield connection


def found(connection: duckdb.DuckDBPyConnection, number: str) -> dict[str, list[tuple[Any, ...]]]:
    """What the rows of a number came to, without the prefix of their source system."""
    return {
        name: sorted(
            tuple(
                str(value).removeprefix(f"{SYSTEM}:") if type(value) is str else value
                for value in row
            )
            for row in connection.execute(
                f"select * from ({query}) as told where contains(told::text, '{number}')"
            ).fetchall()
        )
        for name, query in QUERIES.items()
    }


@pytest.mark.parametrize("number", NUMBERS)
def test_two_shops_of_one_number_are_two(warehouse: duckdb.DuckDBPyConnection, number: str) -> None:
    assert found(warehouse, number) == two_orders(number)


def test_a_number_of_one_shop_stays_what_it_was(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert found(warehouse, ALONE) == one_order(ALONE, 300)


def test_what_no_longer_says_its_shop_is_the_same_row(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert found(warehouse, RETOLD) == one_order(RETOLD, 310, "WEST:")


def test_as_many_lines_as_shops_are_one_of_each(warehouse: duckdb.DuckDBPyConnection) -> None:
    east, west = f"EAST:{UNSAID}", f"WEST:{UNSAID}"
    assert found(warehouse, UNSAID) == {
        "orders": [(east, 100, 0, 1), (west, 200, 0, 1)],
        "lines": [(f"{east}-1", east, 100), (f"{west}-1", west, 200)],
        "payments": [],
        "refunds": [],
        "unresolved": [],
    }
    named = "select row_key, amount from intermediate.int_rules_broken where rule_id = ? order by 1"
    assert warehouse.execute(named, ["shop_is_certain"]).fetchall() == [
        (f"{SYSTEM}:{east}-1", 100),
        (f"{SYSTEM}:{west}-1", 200),
    ]


def test_increments_made_it(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Nothing was built in full after the first landing."""
    assert warehouse.execute(
        "select distinct full_build, read_to_build from meta.incremental_models "
        "where model in ('int_orders', 'int_order_lines', 'int_payments', 'fct_orders')"
    ).fetchall() == [(1, LANDINGS)]
