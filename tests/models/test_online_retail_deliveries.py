"""Invoices of online_retail as people have them: one document, however it was exported."""

import json
from datetime import datetime
from decimal import Decimal

import duckdb
import pytest

from orchestration.contracts import contracts
from orchestration.landing import land
from orchestration.paths import PROJECT_DIR, Paths
from tests.orchestration.test_delivered import workbook
from tests.project.builds import ALL_SYSTEMS, dbt
from tests.project.parsing import parsed

COLUMNS = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
# The CSV that goes round: months first, pounds in Windows-1252, blanks after texts.
FIRST = f"""{COLUMNS}
540001,22420,TEA CUP £1 ,2,3/1/2011 9:00,2.55,17000,United Kingdom
540001,22421,SAUCER ,5,3/1/2011 9:00,3.55,17000,United Kingdom
540001,22421,SAUCER ,5,3/1/2011 9:00,3.55,17000,United Kingdom
540002,22421,SAUCER ,1,12/6/2010 13:28,3.55,,France
540003,22422,SPOON ,4,3/7/2011 10:00,0.85,17001,United Kingdom
"""
# A workbook with the first invoice again, saved by a program that trims, and the third, of which
# a line was corrected and another added.
SECOND: list[list[object]] = [
    [*COLUMNS.split(",")],
    [540001, 22420, "TEA CUP £1", 2, ("40603.375", 1), 2.55, 17000, "United Kingdom"],
    [540001, 22421, "SAUCER", 5, ("40603.375", 1), 3.55, 17000, "United Kingdom"],
    [540003, 22422, "SPOON", 3, ("40609.416666666664", 1), 0.85, 17001, "United Kingdom"],
    [540003, "POST", "POSTAGE", 1, ("40609.416666666664", 1), 18, 17001, "United Kingdom"],
]
# Parquet by pandas, where an invoice number without a letter is a number.
THIRD = """
    select
        540004 as "InvoiceNo", 22420 as "StockCode", 'TEA CUP £1' as "Description",
        1 as "Quantity", timestamp '2011-03-08 11:00:00' as "InvoiceDate", 2.55 as "UnitPrice",
        17002.0 as "CustomerID", 'United Kingdom' as "Country"
"""


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The three deliveries, one after the other, and what staging makes of them."""
    folder = tmp_path_factory.mktemp("deliveries")
    paths = Paths(folder / "data")
    manifest = parsed(json.loads(ALL_SYSTEMS[1]), paths.dbt_target)
    expected = contracts(manifest, "online_retail")
    for name, day in (("first", 1), ("second", 2), ("third", 3)):
        (folder / name).mkdir()
        if name == "first":
            (folder / name / "online_retail.csv").write_bytes(FIRST.encode("cp1252"))
        elif name == "second":
            (folder / name / "Online Retail.xlsx").write_bytes(workbook(Lines=SECOND))
        else:
            file = folder / name / "online_retail.parquet"
            duckdb.execute(f"copy ({THIRD}) to '{file}'")
        (landed,) = land(folder / name, expected, paths.raw, datetime(2026, 3, day))
        assert landed.extra_columns == ()
    select = ("--select", "+stg_online_retail__invoice_lines")
    # Of what is selected, without the formulas, and without the regions that countries refer to.
    leave = ("--exclude", "test_type:unit", "test_name:relationships")
    built = dbt(PROJECT_DIR, paths, "build", *select, *leave, *ALL_SYSTEMS)
    assert set(built.results.values()) == {"success", "pass"}, built.said
    return paths


def test_an_invoice_that_comes_again_replaces_itself(staged: Paths) -> None:
    with duckdb.connect(str(staged.warehouse), read_only=True) as connection:
        lines = connection.execute("""
            select
                invoice_no, stock_code, description, quantity, invoiced_at, unit_price,
                customer_id, row_class
            from staging.stg_online_retail__invoice_lines
            order by invoice_no, stock_code
        """).fetchall()
    # London keeps UTC in winter.
    march_1, march_7 = datetime(2011, 3, 1, 9), datetime(2011, 3, 7, 10)
    cup, saucer = Decimal("2.5500"), Decimal("3.5500")
    assert lines == [
        ("540001", "22420", "TEA CUP £1", 2, march_1, cup, "17000", "sale"),
        ("540001", "22421", "SAUCER", 5, march_1, saucer, "17000", "sale"),
        ("540002", "22421", "SAUCER", 1, datetime(2010, 12, 6, 13, 28), saucer, None, "sale"),
        ("540003", "22422", "SPOON", 3, march_7, Decimal("0.8500"), "17001", "sale"),
        ("540003", "POST", "POSTAGE", 1, march_7, Decimal("18.0000"), "17001", "charge"),
        ("540004", "22420", "TEA CUP £1", 1, datetime(2011, 3, 8, 11), cup, "17002", "sale"),
    ]


def test_no_line_is_lost(staged: Paths) -> None:
    with duckdb.connect(str(staged.warehouse), read_only=True) as connection:
        fates = connection.execute("""
            select _source_row, row_state from staging.base_online_retail__invoice_lines
            order by _loaded_at, _source_row
        """).fetchall()
    first = ["superseded", "superseded", "superseded", "valid", "superseded"]
    assert fates == [
        *enumerate(first, start=1),
        *enumerate(["valid"] * 4, start=1),
        (1, "valid"),
    ]
