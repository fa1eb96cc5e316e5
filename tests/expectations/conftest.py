"""A candidate and a published version, small enough to read."""

from pathlib import Path

import duckdb
import pytest

ORDERS = """
create schema sales;
create table sales.fct_orders as
select
    number as order_id,
    number % 3 as region_id,
    number // 2 as basket_id,
    date '2024-01-01' + (number % 10)::integer as business_date,
    cast(10.10 as decimal(18, 2)) as order_amount,
from range(100) as orders (number);
create table sales.fct_order_lines as
select order_id, line_number, cast(5.05 as decimal(18, 2)) as line_amount,
from sales.fct_orders cross join range(2) as lines (line_number);
create schema cost;
create table cost.fct_costs as select 1 as cost_id;
"""


def filled(path: Path) -> Path:
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute(ORDERS)
    return path


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """The build file: 100 orders of 10.10 in 3 regions over 10 days, two lines of 5.05 each."""
    return filled(tmp_path / "build" / "warehouse.duckdb")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """The serving file: the same orders."""
    return filled(tmp_path / "serving" / "marts.duckdb")
