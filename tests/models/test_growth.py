"""Growth and its drivers: against another engine, with planted drivers, and with broken tables."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations.core import suite as core_suite
from expectations.sales_growth import growth as growth_suite
from expectations.suite import Baseline
from orchestration.paths import PROJECT_DIR, Paths
from tests.models.test_online_retail import CHARGES
from tests.project.builds import dbt
from tests.simulator.worlds import AS_OF

CENT = Decimal("0.01")
MODELS = [
    "fct_order_lines",
    "fct_refund_lines",
    "fct_orders",
    "fct_sales_daily",
    "int_sales_summed_to_members",
    "int_sku_sales_split_by_promotion",
    "int_sku_availability_counted",
    "fct_sales_growth",
    "fct_sku_comparisons",
    "fct_sku_growth",
    "fct_growth_factors",
    "fct_driver_tree",
    "fct_growth_drivers",
]
"""What a planted change of orders has to be built again for, each after what it reads."""


@pytest.fixture(scope="module")
def serving(storefront: Paths) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(storefront.serving), read_only=True) as connection:
        yield connection


# --- another engine


def landed(data: Path, table: str, key: list[str]) -> pl.DataFrame:
    """The rows of a landed table: neither malformed, nor superseded, nor deleted."""
    place = ["_source_file", "_source_row"]
    malformed = (
        pl.read_parquet(data / "truth" / "dirt.parquet")
        .filter((pl.col("table_name") == table) & (pl.col("kind") == "malformed"))
        .select(_source_file="source_file", _source_row="source_row")
    )
    return (
        pl.read_parquet(data / "raw" / "storefront" / table / "*.parquet")
        .join(malformed, on=place, how="anti")
        .sort("_loaded_at", "_source_row")
        .unique(key, keep="last", maintain_order=True)
        .filter(~pl.col("_is_deleted"))
    )


def local_date(column: str) -> pl.Expr:
    in_utc = pl.col(column).dt.replace_time_zone("UTC")
    return in_utc.dt.convert_time_zone("Asia/Shanghai").dt.date()


def to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def spread(discount: Decimal, values: list[Decimal]) -> list[Decimal]:
    """A discount over the values of an order's lines, by largest remainder."""
    weights = [int(value / CENT) for value in values]
    if not sum(weights):
        weights = [1] * len(weights)
    cents = int(discount / CENT)
    parts = [cents * weight // sum(weights) for weight in weights]
    cut = [cents * weight % sum(weights) for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: -cut[index])
    for index in order[: cents - sum(parts)]:
        parts[index] += 1
    return [part * CENT for part in parts]


def test_the_ladder_and_its_growth_are_those_of_the_landed_files(
    storefront: Paths, serving: duckdb.DuckDBPyConnection
) -> None:
    """By Polars and decimals, from the files: paid value and refunds, to the cent."""
    orders = landed(storefront.data, "orders", ["order_id"]).with_columns(
        placed_on=local_date("placed_at"), paid_on=local_date("paid_at")
    )
    lines = landed(storefront.data, "order_lines", ["order_id", "line_no"]).sort(
        "order_id", pl.format("{}-{}", "order_id", "line_no")
    )
    rates: dict[str, list[tuple[object, Decimal]]] = defaultdict(list)
    for day, currency, rate in (
        landed(
            storefront.data, "fx_rates", ["rate_date", "base_currency_code", "quote_currency_code"]
        )
        .filter(pl.col("quote_currency_code") == "CNY")
        .sort("rate_date")
        .select("rate_date", "base_currency_code", "rate")
        .iter_rows()
    ):
        rates[currency].append((day, rate))

    def rate_on(currency: str, day: object) -> Decimal:
        if currency == "CNY":
            return Decimal(1)
        return [rate for since, rate in rates[currency] if str(since) <= str(day)][-1]

    def quarter(day: object) -> str:
        return f"{str(day)[:4]}Q{(int(str(day)[5:7]) + 2) // 3}"

    placed: dict[str, Decimal] = defaultdict(Decimal)
    paid: dict[str, Decimal] = defaultdict(Decimal)
    rate_of: dict[str, Decimal] = {}
    day_of: dict[str, object] = {}
    lines_of = lines.group_by("order_id", maintain_order=True).agg(
        value=(pl.col("unit_price") * pl.col("quantity") - pl.col("line_discount"))
    )
    values_of = dict(lines_of.iter_rows())
    for order in orders.filter(~pl.col("is_test")).iter_rows(named=True):
        rate = rate_of[order["order_id"]] = rate_on(order["currency_code"], order["placed_on"])
        values = [to_cents(value) for value in values_of.get(order["order_id"], [])]
        day_of[order["order_id"]] = order["paid_on"] or order["placed_on"]
        if values:
            shares = spread(order["order_discount"], values)
            worth = sum(
                to_cents((value - share) * rate)
                for value, share in zip(values, shares, strict=True)
            )
            placed[quarter(order["placed_on"])] += worth
            if order["paid_on"] is not None:
                paid[quarter(order["paid_on"])] += worth
    refunded: dict[str, Decimal] = defaultdict(Decimal)
    taken_back: dict[str, Decimal] = defaultdict(Decimal)
    tests = set(orders.filter(pl.col("is_test"))["order_id"])
    refunds = landed(storefront.data, "refunds", ["refund_id"]).filter(
        pl.col("refunded_at").is_not_null()
    )
    for back in (
        landed(storefront.data, "refund_lines", ["refund_id", "line_no"])
        .join(
            refunds.select("refund_id", "currency_code", refunded_on=local_date("refunded_at")),
            on="refund_id",
        )
        .iter_rows(named=True)
    ):
        if back["order_id"] not in tests:
            rate = rate_of.get(back["order_id"]) or rate_on(
                back["currency_code"], back["refunded_on"]
            )
            amount = to_cents(back["amount"] * rate)
            refunded[quarter(back["refunded_on"])] += amount
            taken_back[quarter(day_of.get(back["order_id"], back["refunded_on"]))] += amount
    quarters = sorted(paid)
    net = {period: paid[period] - refunded[period] for period in quarters}
    ladder = serving.execute("""
        select
            year(business_date) || 'Q' || quarter(business_date) as period,
            sum(gmv_placed_amount),
            sum(gmv_paid_amount),
            sum(net_sales_by_order_date_amount),
            sum(net_sales_by_refund_date_amount)
        from sales.fct_sales_daily
        group by period
        order by period
    """).fetchall()
    assert ladder == [
        (period, placed[period], paid[period], paid[period] - taken_back[period], net[period])
        for period in quarters
    ]
    expected = [
        (period, measure, sums[period], sums[before], float(sums[period] / sums[before] - 1))
        for before, period in pairwise(quarters)
        for measure, sums in (("gmv_paid", paid), ("net_sales_by_refund_date", net))
    ]
    found = serving.execute("""
        select period, measure, value_amount, base_amount, growth_rate
        from sales.fct_sales_growth
        where
            comparison = 'qoq'
            and dimension = 'total'
            and measure in ('gmv_paid', 'net_sales_by_refund_date')
            and period like '%Q%'
        order by period, measure
    """).fetchall()
    assert len(found) == 10
    assert [row[:4] for row in found] == [row[:4] for row in expected]
    assert [row[4] for row in found] == pytest.approx([row[4] for row in expected])


def test_quarterly_growth_of_online_retail_is_that_of_its_file(
    warehouse: Paths, test_data: Path
) -> None:
    units = pl.col("Quantity")
    sold = (
        pl.read_parquet(test_data / "online_retail" / "online_retail.parquet")
        .unique()
        .with_columns(code=pl.col("StockCode").str.to_uppercase())
        .filter(
            ~pl.col("code").is_in(CHARGES)
            & ~pl.col("code").str.starts_with("GIFT_")
            & ~pl.col("InvoiceNo").str.starts_with("C")
        )
        .group_by(quarter=pl.col("InvoiceDate").dt.quarter(), year=pl.col("InvoiceDate").dt.year())
        .agg(tenths=((pl.col("UnitPrice") * 1000).round().cast(pl.Int64) * units).sum())
    )
    sums = {f"{year}Q{number}": Decimal(t) / 1000 for number, year, t in sold.iter_rows()}
    with duckdb.connect(str(warehouse.serving), read_only=True) as connection:
        found = connection.execute("""
            select period, value_amount, base_amount, growth_rate
            from sales.fct_sales_growth
            where
                comparison = 'qoq'
                and dimension = 'total'
                and measure = 'gmv_paid'
                and period like '%Q%'
            order by period
        """).fetchall()
        [(compared,)] = connection.execute(
            "select count(*) from sales.fct_sales_growth where comparison != 'qoq'"
        ).fetchall()
        trees = connection.execute("""
            select distinct driver, effect_amount is not null
            from sales.fct_driver_tree
            order by driver
        """).fetchall()
    # The first quarter has one month, the last ends three weeks early, and no month a year before.
    assert found == [
        (period, sums[period].quantize(CENT), sums[base].quantize(CENT), pytest.approx(rate))
        for period, base in (("2011Q2", "2011Q1"), ("2011Q3", "2011Q2"))
        for rate in [float(sums[period] / sums[base] - 1)]
    ]
    assert not compared
    assert trees == [
        ("basket", True),
        ("buyers", True),
        ("conversion", False),
        ("frequency", True),
        ("returns", True),
        ("traffic", False),
    ]


# --- planted drivers

# What the models of growth read.
READ = (
    "intermediate.int_order_lines",
    "intermediate.int_order_lines_allocated",
    "intermediate.int_orders_converted",
    "intermediate.int_refund_lines_dated",
    "intermediate.int_orders_attributed",
    "intermediate.int_sessions",
    "intermediate.int_products",
    "intermediate.int_inventory_daily",
    "intermediate.int_industry_benchmarks",
    "core.dim_periods",
    "core.dim_comparison_days",
    "reference.regions",
)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Model -> its compiled SQL."""
    paths = Paths(tmp_path_factory.mktemp("compiled"))
    nodes = dbt(PROJECT_DIR, paths, "compile", "--select", *MODELS).manifest["nodes"]
    return {name: nodes[f"model.emporium.{name}"]["compiled_code"] for name in MODELS}


@pytest.fixture(scope="module")
def april_twice(storefront: Paths, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What growth reads: the sales and visits of April 2026, once more in May, and no others."""
    folder = tmp_path_factory.mktemp("april")
    # By way of files: a view knows its tables only in the database in which it was made.
    with duckdb.connect(str(storefront.warehouse), read_only=True) as connection:
        for table in READ:
            connection.execute(f"copy (from {table}) to '{folder / table}.parquet'")
    file = folder / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        for schema in ("intermediate", "core", "sales", "reference"):
            connection.execute(f"create schema {schema}")
        for table in READ:
            connection.execute(f"create table {table} as from '{folder / table}.parquet'")
        connection.execute("""
            -- Of refunds those alone that tell that there are any.
            delete from intermediate.int_refund_lines_dated
            where greatest(refund_date, order_date) >= date '2026-04-01';
            create macro in_april(day) as day >= date '2026-04-01' and day < date '2026-05-01';
            create macro one_month_later(day) as cast(day + interval 30 day as date);
            delete from intermediate.int_order_lines_allocated
            where not coalesce(in_april(paid_date), false);
            delete from intermediate.int_orders_converted
            where not coalesce(in_april(paid_date), false);
            delete from intermediate.int_sessions where not in_april(business_date);
            insert into intermediate.int_order_lines
            select * replace (order_line_id || '+' as order_line_id, order_id || '+' as order_id)
            from intermediate.int_order_lines
            where order_line_id in (
                select order_line_id from intermediate.int_order_lines_allocated
            );
            insert into intermediate.int_order_lines_allocated
            select * replace (
                order_line_id || '+' as order_line_id,
                order_id || '+' as order_id,
                one_month_later(paid_date) as paid_date
            )
            from intermediate.int_order_lines_allocated;
            insert into intermediate.int_orders_converted
            select * replace (
                order_id || '+' as order_id, one_month_later(paid_date) as paid_date
            )
            from intermediate.int_orders_converted;
            -- Each order again for May, and once more for whoever doubles May.
            insert into intermediate.int_orders_attributed
            select * replace (order_id || unnest(['+', '++']) as order_id)
            from intermediate.int_orders_attributed;
            insert into intermediate.int_sessions
            select * replace (one_month_later(business_date) as business_date)
            from intermediate.int_sessions;
            -- May has a day more; without a visit on it, its traffic would not be known.
            update intermediate.int_sessions
            set business_date = date '2026-05-31'
            where business_date = date '2026-05-30' and session_id = (
                select min(session_id)
                from intermediate.int_sessions
                where business_date = date '2026-05-30' and not is_bot
            );
        """)
    return file


def rebuilt(
    april_twice: Path, folder: Path, compiled: dict[str, str], change: str
) -> duckdb.DuckDBPyConnection:
    """The two equal months with a change planted in May, and all models built on it."""
    file = folder / "warehouse.duckdb"
    shutil.copyfile(april_twice, file)
    connection = duckdb.connect(str(file))
    connection.execute(change)
    for name in MODELS:
        schema = "intermediate" if name.startswith("int_") else "sales"
        connection.execute(f"create table {schema}.{name} as {compiled[name]}")
    return connection


def drivers_of_may(
    connection: duckdb.DuckDBPyConnection, bridge: str, dimension: str
) -> list[tuple[str, str, Decimal]]:
    """Member, driver and effect from April to May, the largest first."""
    return connection.execute(
        """
        select member, driver, effect_amount
        from sales.fct_growth_drivers
        where
            period = '2026-05' and comparison = 'qoq'
            and bridge = $bridge and dimension = $dimension
        order by abs(effect_amount) desc
        """,
        {"bridge": bridge, "dimension": dimension},
    ).fetchall()


def one_of(connection: duckdb.DuckDBPyConnection, column: str, seed: int) -> str:
    """A member with sales, another one for each seed."""
    members = connection.execute(f"""
        select distinct {column}
        from intermediate.int_order_lines_allocated
        inner join reference.regions using (region_id)
        where gmv_paid_amount > 0
        order by 1
    """).fetchall()
    return str(members[seed * 7919 % len(members)][0])


def test_two_equal_months_have_no_drivers(
    april_twice: Path, compiled: dict[str, str], tmp_path: Path
) -> None:
    with rebuilt(april_twice, tmp_path, compiled, "select 1") as connection:
        for bridge in ("price_volume_mix", "driver_tree"):
            effects = drivers_of_may(connection, bridge, "total")
            assert effects
            assert not any(effect for *_, effect in effects)


@pytest.mark.parametrize("seed", [1, 20, 300])
def test_a_planted_price_rise_comes_first(
    april_twice: Path, compiled: dict[str, str], tmp_path: Path, seed: int
) -> None:
    with duckdb.connect(str(april_twice), read_only=True) as connection:
        category = one_of(connection, "category_id", seed)
        [(before,)] = connection.execute(f"""
            select sum(gmv_paid_amount)
            from intermediate.int_order_lines_allocated
            where category_id = '{category}' and paid_date < date '2026-05-01'
        """).fetchall()
    dearer = f"""
        update intermediate.int_order_lines_allocated
        set gmv_paid_amount = gmv_paid_amount * 1.2
        where category_id = '{category}' and paid_date >= date '2026-05-01'
    """
    with rebuilt(april_twice, tmp_path, compiled, dearer) as connection:
        (member, driver, effect), *others = drivers_of_may(
            connection, "price_volume_mix", "category"
        )
        [(_, total_driver, _), *_] = drivers_of_may(connection, "price_volume_mix", "total")
        [(_, tree_driver, _), *_] = drivers_of_may(connection, "driver_tree", "total")
    assert (member, driver, total_driver, tree_driver) == (category, "price", "price", "basket")
    assert float(effect) == pytest.approx(float(before) * 0.2, rel=0.01)
    assert all(abs(other) < effect / 100 for *_, other in others)


@pytest.mark.parametrize("seed", [1, 20, 300])
def test_a_planted_region_that_doubles_comes_first(
    april_twice: Path, compiled: dict[str, str], tmp_path: Path, seed: int
) -> None:
    with duckdb.connect(str(april_twice), read_only=True) as connection:
        region = one_of(connection, "macro_region_id", seed)
    there = f"""
        where
            paid_date >= date '2026-05-01'
            and region_id in (
                select region_id from reference.regions where macro_region_id = '{region}'
            )
    """
    doubled = f"""
        insert into intermediate.int_order_lines_allocated
        select * replace (order_line_id || '+' as order_line_id, order_id || '+' as order_id)
        from intermediate.int_order_lines_allocated {there};
        insert into intermediate.int_orders_converted
        select * replace (order_id || '+' as order_id, person_id || '+' as person_id)
        from intermediate.int_orders_converted {there}
    """
    with rebuilt(april_twice, tmp_path, compiled, doubled) as connection:
        (member, growth_rate, contribution), *others = connection.execute("""
            select member, growth_rate, contribution_rate
            from sales.fct_sales_growth
            where
                period = '2026-05' and comparison = 'qoq'
                and dimension = 'macro_region' and measure = 'gmv_paid'
            order by abs(contribution_rate) desc
        """).fetchall()
        effects = {
            driver: effect
            for _, driver, effect in drivers_of_may(connection, "price_volume_mix", "total")
        }
        [(_, tree_driver, _), *_] = drivers_of_may(connection, "driver_tree", "total")
    assert (member, growth_rate) == (region, 1)
    assert contribution > 0
    assert all(other == 0 for _, _, other in others)
    # More of everything, in the proportions of the region: volume, and how dear its goods are.
    assert max(effects, key=lambda driver: abs(effects[driver])) == "volume"
    assert not effects["new"] and not effects["exited"]
    assert tree_driver == "conversion"


# --- the gate


DAMAGES = {
    "members_add_up_to_the_total": """
        update sales.fct_sales_growth set base_amount = base_amount + 0.01
        where dimension = 'brand' and base_amount > 0
    """,
    "every_dimension_is_compared": "delete from sales.fct_sales_growth where dimension = 'brand'",
    "growth_compares_the_sales_of_the_days": """
        update sales.fct_sales_growth set value_amount = value_amount - 0.01
        where measure = 'net_sales_by_order_date'
    """,
    "skus_add_up_to_what_was_paid": """
        update sales.fct_sku_comparisons set base_promoted_amount = base_promoted_amount + 0.01
    """,
    "effects_add_up_on_every_sku": """
        update sales.fct_sku_growth set mix_amount = mix_amount + 0.01 where presence = 'new'
    """,
    "factors_are_of_the_compared_sales": """
        update sales.fct_growth_factors set gmv_paid_amount = gmv_paid_amount + 0.01 where is_base
    """,
    "drivers_multiply_to_net_sales": """
        update sales.fct_driver_tree set base_factor = base_factor * 1.001 where driver = 'basket'
    """,
    "effects_add_up_to_the_change": """
        update sales.fct_growth_drivers set effect_amount = effect_amount + 0.01
        where driver = 'exited'
    """,
    "bridges_explain_the_change_of_sales": """
        update sales.fct_growth_drivers set change_amount = change_amount + 0.01
        where dimension = 'category'
    """,
    "visitors_are_those_of_the_sessions": """
        update sales.fct_terminal_conversion set visitor_count = visitor_count + 1
    """,
    "sides_have_the_days_of_their_periods": """
        delete from core.dim_comparison_days where is_base and business_date = '2026-01-31'
    """,
    "whole_periods_are_compared": "delete from core.dim_comparison_days where comparison = 'yoy'",
}
GATE = {
    expectation.name: expectation.arguments["unexpected_rows_query"]
    for checks in [*growth_suite(), *core_suite(Baseline(AS_OF))]
    if checks.table == "core.dim_comparison_days" or checks.table.startswith("sales.")
    for expectation in checks.expectations
}


@pytest.fixture(scope="module")
def gated(
    storefront: Paths, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables that the gate of growth reads, without their constraints."""
    with duckdb.connect(str(tmp_path_factory.mktemp("gate") / "gate.duckdb")) as connection:
        connection.execute(f"attach '{storefront.warehouse}' as built (read_only)")
        tables = connection.execute("""
            select schema_name, table_name
            from duckdb_tables()
            where
                database_name = 'built'
                and (schema_name in ('core', 'sales') or table_name = 'int_sessions')
        """).fetchall()
        for schema, table in tables:
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {schema}.{table} as from built.{schema}.{table}")
        yield connection


def broken(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    query = GATE[name].replace("{{", "{").replace("}}", "}").replace("\\:", ":")
    return len(connection.execute(query).fetchall())


def test_every_check_of_growth_is_damaged_below() -> None:
    assert set(DAMAGES) == set(GATE)


@pytest.mark.parametrize("name", DAMAGES)
def test_the_gate_of_growth_is_green_and_sees_damage(
    gated: duckdb.DuckDBPyConnection, name: str
) -> None:
    assert not broken(gated, name)
    gated.execute("begin transaction")
    gated.execute(DAMAGES[name])
    seen = broken(gated, name)
    gated.execute("rollback")
    assert seen
