"""online_retail's marts against computations that share nothing with the models."""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.paths import Paths

CHARGES = {"AMAZONFEE", "B", "BANK CHARGES", "C2", "CRUK", "D", "DOT", "M", "POST", "S"}


@pytest.fixture(scope="module")
def source(test_data: Path) -> pl.DataFrame:
    """The publisher's lines without exact duplicates, with pennies as whole numbers."""
    return (
        pl.read_parquet(test_data / "online_retail" / "online_retail.parquet")
        .unique()
        .with_columns(
            code=pl.col("StockCode").str.to_uppercase(),
            # 2.55 is no binary fraction: round to tenths of a penny before counting pennies.
            pennies=((pl.col("UnitPrice") * 1000).round().cast(pl.Int64) * pl.col("Quantity")),
        )
        .with_columns(
            is_charge=pl.col("code").is_in(CHARGES) | pl.col("code").str.starts_with("GIFT_")
        )
    )


@pytest.fixture(scope="module")
def serving(warehouse: Paths) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.serving), read_only=True)


def money(tenths: int) -> Decimal:
    return (Decimal(tenths) / 1000).quantize(Decimal("0.01"))


def test_monthly_sales_and_refunds_are_those_of_the_source(
    source: pl.DataFrame, serving: duckdb.DuckDBPyConnection
) -> None:
    goods = source.filter(~pl.col("is_charge"))
    cancelled = pl.col("InvoiceNo").str.starts_with("C")
    monthly = (
        goods.group_by(month=pl.col("InvoiceDate").dt.truncate("1mo").dt.date())
        .agg(
            paid=pl.col("pennies").filter(~cancelled).sum(),
            refunded=-pl.col("pennies").filter(cancelled).sum(),
        )
        .sort("month")
    )
    expected = [(month, money(paid), money(back)) for month, paid, back in monthly.iter_rows()]
    found = serving.execute("""
        select
            cast(date_trunc('month', business_date) as date) as month,
            sum(gmv_paid_amount),
            sum(refunds_by_refund_date_amount)
        from sales.fct_sales_daily
        group by month
        order by month
    """).fetchall()
    assert len(found) == 13
    assert found == expected


def test_orders_buyers_and_products_are_those_of_the_source(
    source: pl.DataFrame, serving: duckdb.DuckDBPyConnection
) -> None:
    priced = source.filter(pl.col("UnitPrice") > 0)["InvoiceNo"].unique().implode()
    sold = source.filter(
        ~pl.col("is_charge")
        & (pl.col("Quantity") > 0)
        & (
            (pl.col("UnitPrice") > 0)
            | pl.col("CustomerID").is_not_null()
            | pl.col("InvoiceNo").is_in(priced)
        )
    )
    [(orders, lines, buyers, units)] = serving.execute("""
        select
            count(*), sum(line_count), count(distinct person_id), sum(quantity)
        from sales.fct_orders
    """).fetchall()
    assert orders == sold["InvoiceNo"].n_unique()
    assert lines == sold.height
    assert buyers == sold["CustomerID"].drop_nulls().n_unique()
    assert units == sold["Quantity"].sum()
    [(members,)] = serving.execute("select count(*) from members.dim_members").fetchall()
    assert members == source["CustomerID"].drop_nulls().n_unique() == 4_372


def test_refunds_take_back_the_last_units_sold(
    source: pl.DataFrame, serving: duckdb.DuckDBPyConnection
) -> None:
    """Plays every customer's sales and cancellations through a stack, unit by unit as it were."""
    goods = source.filter(~pl.col("is_charge") & pl.col("CustomerID").is_not_null()).filter(
        pl.col("UnitPrice") > 0
    )
    by_product = defaultdict(list)
    for row in goods.iter_rows(named=True):
        by_product[row["CustomerID"], row["code"], row["UnitPrice"]].append(row)
    matched_units = matched_tenths = 0
    per_invoice: dict[tuple[str, str], int] = defaultdict(int)
    for (_, _, price), rows in by_product.items():
        stack: list[list[object]] = []
        rows.sort(key=lambda row: (row["InvoiceDate"], row["Quantity"] < 0))
        for row in rows:
            if row["Quantity"] > 0:
                stack.append([row["InvoiceNo"], row["Quantity"]])
                continue
            wanted = -row["Quantity"]
            while wanted and stack:
                top = stack[-1]
                taken = min(wanted, int(str(top[1])))
                per_invoice[row["InvoiceNo"], str(top[0])] += taken
                matched_units += taken
                matched_tenths += taken * round(price * 1000)
                wanted -= taken
                top[1] = int(str(top[1])) - taken
                if not top[1]:
                    stack.pop()
    [(units, amount)] = serving.execute("""
        select sum(quantity), sum(refund_amount) from sales.fct_refund_lines where is_matched
    """).fetchall()
    assert units == matched_units
    assert amount == money(matched_tenths)
    found = serving.execute("""
        select
            split_part(refund_id, ':', 2), split_part(order_id, ':', 2), sum(quantity)
        from sales.fct_refund_lines
        where is_matched
        group by refund_id, order_id
    """).fetchall()
    # Lines of one minute have no order of their own, so a few of them may swap invoices.
    agreeing = sum(per_invoice.get((refund, order)) == units for refund, order, units in found)
    assert agreeing / len(found) > 0.995


def test_refund_lines_reverse_what_their_order_sold(warehouse: Paths) -> None:
    with duckdb.connect(str(warehouse.warehouse), read_only=True) as connection:
        [(matched, wrong)] = connection.execute("""
            select
                count(*),
                count(*) filter (
                    where
                        refunds.user_id is distinct from orders.user_id
                        or refunds.sku_id is distinct from lines.sku_id
                        or refunds.order_id is distinct from lines.order_id
                        or refunds.refunded_at < orders.placed_at
                        or abs(refunds.refund - refunds.quantity * lines.unit_price) >= 0.01
                )
            from intermediate.int_refund_lines as refunds
            inner join intermediate.int_order_lines as lines using (order_line_id)
            inner join intermediate.int_orders as orders on lines.order_id = orders.order_id
        """).fetchall()
    assert matched > 7_000
    assert wrong == 0


def test_the_calendar_moves_with_the_spring_festival(
    serving: duckdb.DuckDBPyConnection,
) -> None:
    """The festival was on 14 February 2010 and on 3 February 2011; windows are half open."""
    found = serving.execute("""
        select
            strftime(business_date, '%m-%d'),
            strftime(lunar_comparison_date, '%Y-%m-%d'),
            spring_festival_offset,
            iso_weekday,
            strftime(week_start_date, '%Y-%m-%d')
        from core.dim_dates
        where
            business_date in ('2011-01-05', '2011-01-06', '2011-02-03', '2011-03-02', '2011-03-03')
        order by business_date
    """).fetchall()
    assert found == [
        ("01-05", "2010-01-05", None, 3, "2011-01-03"),
        ("01-06", "2010-01-17", -28, 4, "2011-01-03"),
        ("02-03", "2010-02-14", 0, 4, "2011-01-31"),
        ("03-02", "2010-03-13", 27, 3, "2011-02-28"),
        ("03-03", "2010-03-03", None, 4, "2011-02-28"),
    ]
    [(days, covered)] = serving.execute("""
        select count(*), max(business_date) filter (where is_covered) from core.dim_dates
    """).fetchall()
    assert days == 730
    assert str(covered) == "2011-12-09"
