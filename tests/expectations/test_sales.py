"""Lines of orders that have not landed: a few wait, many hold the mart."""

from datetime import date
from types import MappingProxyType

import duckdb
import pytest

from expectations.sales import suite
from expectations.suite import Baseline


@pytest.mark.parametrize(("orphans", "breaks"), [(0, False), (2, False), (3, True)])
def test_a_line_may_wait_for_its_order_but_not_many(orphans: int, breaks: bool) -> None:
    baseline = Baseline(date(2026, 7, 1), MappingProxyType({}))
    [waiting] = [
        expectation
        for table in suite(baseline)
        for expectation in table.expectations
        if expectation.name == "lines_find_their_orders"
    ]
    with duckdb.connect() as connection:
        connection.execute(f"""
            create schema intermediate;
            create table intermediate.int_orders as select range as order_id from range(1000);
            create table intermediate.int_order_lines as
            select if(range < {orphans}, -1, range % 1000) as order_id from range(2000);
        """)
        against = connection.execute(waiting.arguments["unexpected_rows_query"]).fetchall()
    assert against == ([(orphans, 2000)] if breaks else [])
