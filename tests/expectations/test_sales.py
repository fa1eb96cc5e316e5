"""What rules set aside may weigh little, and what lands has to be readable; else sales are held."""

from datetime import date
from decimal import Decimal
from types import MappingProxyType

import duckdb
import pytest

from expectations.sales import suite
from expectations.suite import Baseline


@pytest.mark.parametrize(
    ("worth", "unvalued", "breaks"),
    [("50.00", 3, False), ("50.01", 3, True), ("50.00", 4, True)],
)
def test_little_may_be_set_aside_and_much_is_named(worth: str, unvalued: int, breaks: bool) -> None:
    baseline = Baseline(date(2026, 7, 1), MappingProxyType({}))
    [little] = [
        expectation
        for table in suite(baseline)
        for expectation in table.expectations
        if expectation.name == "little_is_set_aside"
    ]
    with duckdb.connect() as connection:
        connection.execute(f"""
            create schema intermediate;
            create schema sales;
            create schema meta;
            create table meta.row_ledger as
            from (values ('orders', 2), ('users', 9)) as ledger (source_table, rows_quarantined);
            create table intermediate.int_rows_set_aside_weighed as select
                date '2026-01-01' as since_date,
                cast({worth} as decimal(18, 2)) as worth_amount,
                cast(50 as decimal(18, 2)) as worth_at_most,
                {unvalued} as unvalued_count,
                1 as unvalued_at_most;
            create table sales.fct_rows_set_aside as
            select
                'product_is_known' as rule_id,
                row_key,
                'S99' as detail,
                cast(worth as decimal(18, 2)) as worth_amount,
                cast(day as date) as business_date,
                is_counted
            from (values
                ('little', 1, '2026-06-01', true), ('much', 49, '2026-06-01', true),
                ('old', 99, '2025-12-31', true), ('kept', 99, '2026-06-01', false),
                ('waits', null, null, true)
            ) as named (row_key, worth, day, is_counted);
        """)
        against = connection.execute(little.arguments["unexpected_rows_query"]).fetchall()
    assert [row[1] for row in against] == (["much", "little", "waits"] if breaks else [])
    assert not breaks or against[0][2:4] == ("S99", Decimal("49.00"))


@pytest.mark.parametrize(
    ("table", "valid", "quarantined", "breaks"),
    [
        ("skus", 0, 0, False),
        ("skus", 1, 9, False),
        ("skus", 0, 9, True),
        ("users", 0, 9, True),
        ("touches", 0, 9, False),
    ],
)
def test_orders_stand_in_for_no_table_that_cannot_be_read(
    table: str, valid: int, quarantined: int, breaks: bool
) -> None:
    baseline = Baseline(date(2026, 7, 1), MappingProxyType({}))
    [read] = [
        expectation
        for checks in suite(baseline)
        for expectation in checks.expectations
        if expectation.name == "what_lands_is_read"
    ]
    with duckdb.connect() as connection:
        connection.execute(f"""
            create schema meta;
            create table meta.row_ledger as select
                'shop' as source_system, '{table}' as source_table,
                {valid + quarantined} as rows_landed, {valid} as rows_valid,
                {quarantined} as rows_quarantined;
        """)
        against = connection.execute(read.arguments["unexpected_rows_query"]).fetchall()
    assert bool(against) == breaks
