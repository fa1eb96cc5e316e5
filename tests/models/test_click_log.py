"""A real click log, two hours of Taobao in 96,168 events, through the funnel and cart models."""

import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from tests.project.builds import dbt

# The first day by which every window that began in the log has ended.
SHANGHAI = {"source_systems": ["storefront"], "as_of": "2017-12-04"}
# There it was the evening before; by 08:00 UTC on the 27th, a day had passed, but no week.
LOS_ANGELES = {**SHANGHAI, "as_of": "2017-11-27", "business_tz": "America/Los_Angeles"}

# Window in hours, and steps: the shop's own funnel, which nobody went to the end of within the log,
# and some that are added. Only the window of an hour ends within it.
FUNNELS = {
    "product": (168, ["pv", "cart", "buy", "buy"]),
    "seen": (168, ["pv", "buy"]),
    "just_seen": (1, ["pv", "buy"]),
    "cart": (168, ["cart", "buy"]),
}
EVENT_NAMES = {"pv": "detail_view", "cart": "add_to_cart", "fav": "favourite", "buy": "pay"}
PAIR = ["user_id", "item_id"]

pytestmark = pytest.mark.real_data

# An event is named after all that it says, so that one told twice counts once. A purchase is an
# order of one unit. The log knows no price, and any would do: steps and carts are counted by
# person, product and time, never by amount.
LANDED = {
    "events": f"""
        select
            id as event_id, map {EVENT_NAMES}[behavior] as event_name, 'v' || user_id as visitor_id,
            user_id, "at" as event_at, "at" as received_at, 'app' as terminal, item_id as sku_id
        from log
    """,
    "orders": """
        select
            id as order_id, user_id, 'taobao' as shop_id, 'other' as platform,
            'other' as channel_id, 'app' as terminal, 'CN-ZJ' as region_id, 'paid' as status,
            "at" as placed_at, "at" as paid_at, false as is_presale, false as is_test,
            'CNY' as currency_code, 0 as order_discount, 0 as shipping_fee, 0 as tax
        from log where behavior = 'buy'
    """,
    "order_lines": """
        select
            id as order_id, 1 as line_no, item_id as sku_id, false as is_gift, 1 as quantity,
            1 as list_price, 1 as unit_price, 0 as line_discount
        from log where behavior = 'buy'
    """,
    "skus": """
        select distinct
            item_id as sku_id, item_id as spu_id, item_id as sku_name, category_id,
            'mid' as price_band, 'core' as assortment_role, 'consignment' as stocking_mode,
            'human' as selected_by, 'active' as status, false as is_partner_brand,
            date '2017-01-01' as stocking_mode_since_date, 1 as list_price, 1 as gross_weight_kg
        from log
    """,
}


@pytest.fixture(scope="module")
def log(test_data: Path) -> pl.DataFrame:
    """The log as it is, its times in UTC."""
    return pl.read_parquet(test_data / "taobao_user_behavior/user_behavior.parquet").with_columns(
        pl.col("user_id", "item_id", "category_id").cast(pl.String),
        id=pl.concat_str(pl.all(), separator="-"),
        at=pl.from_epoch("timestamp"),
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with more funnels: they are data."""
    folder = tmp_path_factory.mktemp("project") / "copy"
    leave_out = shutil.ignore_patterns(".venv", ".git", "data", "target", "logs", ".*_cache")
    shutil.copytree(PROJECT_DIR, folder, ignore=leave_out)
    names = {**EVENT_NAMES, "buy": "order_paid"}
    with (folder / "seeds/reference/funnel_steps.csv").open("a") as steps:
        for funnel, (hours, behaviors) in list(FUNNELS.items())[1:]:
            for number, behavior in enumerate(behaviors, start=1):
                steps.write(f"{funnel},{number},{names[behavior]},person_sku,{hours}\n")
    return folder


@pytest.fixture(scope="module")
def built(log: pl.DataFrame, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The log in the warehouse of a shop in Shanghai."""
    paths = Paths(tmp_path_factory.mktemp("click_log"))
    for table, query in LANDED.items():
        folder = paths.raw / "storefront" / table
        folder.mkdir(parents=True)
        landed = f"select *, timestamp '2018-01-01' as _loaded_at from ({query})"
        with duckdb.connect() as connection:
            connection.register("log", log.to_arrow())
            connection.execute(f"copy ({landed}) to '{folder / 'landed.parquet'}'")
    build(project, paths, SHANGHAI, "+fct_funnels_daily", "+fct_cart_episodes")
    return paths


@pytest.fixture(scope="module")
def built_abroad(built: Paths, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The same, counted in Los Angeles a day after the log."""
    # What dbt has parsed is good for one place.
    others = shutil.ignore_patterns("target")
    folder = tmp_path_factory.mktemp("abroad") / "data"
    paths = Paths(shutil.copytree(built.data, folder, ignore=others))
    build(project, paths, LOS_ANGELES, "int_as_of", "fct_funnels_daily", "fct_cart_episodes")
    return paths


def build(project: Path, paths: Paths, values: dict[str, Any], *models: str) -> None:
    # Tests that compare with what is not built here are left out.
    options = ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]
    done = dbt(project, paths, "build", *options, "--vars", json.dumps(values), "--select", *models)
    assert set(done.results.values()) <= {"success", "pass", "no-op"}, done.said


def rows(paths: Paths, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def reached(log: pl.DataFrame, hours: int, behaviors: list[str]) -> list[pl.DataFrame]:
    """Per step, who took it with what, at or after the step before, and since when."""
    window = pl.duration(hours=hours)
    is_entry = (pl.col.at - pl.col.at.shift().over(PAIR) >= window).fill_null(True)
    entries = log.filter(behavior=behaviors[0]).sort("at").filter(is_entry)
    steps = [entries.select(*PAIR, "at", entered_at="at")]
    for behavior in behaviors[1:]:
        later = log.filter(behavior=behavior).join(steps[-1], on=PAIR, suffix="_before")
        later = later.filter(pl.col.at.is_between("at_before", pl.col.entered_at + window, "left"))
        steps.append(later.group_by(*PAIR, "entered_at").agg(pl.col.at.min()))
    return steps


def test_every_event_arrives_once(log: pl.DataFrame, built: Paths) -> None:
    told = dict(log.unique()["behavior"].value_counts().iter_rows())
    assert told == {"pv": 85_773, "cart": 5_292, "fav": 2_959, "buy": 2_144}
    arrived = rows(built, "select event_name, count(*) from intermediate.int_events group by all")
    assert dict(arrived) == {EVENT_NAMES[behavior]: count for behavior, count in told.items()}
    states = "rows_landed, rows_valid, rows_superseded, rows_quarantined"
    ledger = rows(built, f"select {states} from meta.row_ledger where source_table = 'events'")
    assert ledger == [(log.height, log.n_unique(), log.height - log.n_unique(), 0)]


def test_funnels_are_ordered_and_hold_the_product(log: pl.DataFrame, built: Paths) -> None:
    expected = set()
    for funnel, definition in FUNNELS.items():
        steps = enumerate(pairwise(step.height for step in reached(log, *definition)), start=1)
        expected |= {(funnel, number, *counts) for number, counts in steps if counts[0]}
    counts = "funnel_id, step_number, sum(entrant_count), sum(converted_count)"
    found = rows(built, f"select {counts} from channels.fct_funnels_daily group by all")
    assert set(found) == expected
    assert {("product", 1, 84_466, 73), ("product", 2, 73, 0), ("cart", 1, 5_291, 7)} < expected


def test_who_buys_unseen_pays_but_does_not_convert(log: pl.DataFrame, built: Paths) -> None:
    buys, seen = log.filter(behavior="buy"), reached(log, *FUNNELS["seen"])[-1]
    buyers = buys["user_id"].n_unique()
    assert (seen["user_id"].n_unique(), buyers) == (106, 2_071)
    entries = "select replace(unit_id, 'storefront:', '') from intermediate.int_funnel_entries"
    converted = rows(built, f"{entries} where funnel_id = 'seen' and last_step_number = 2")
    assert sorted(converted) == sorted(seen.select(pl.concat_str(PAIR, separator=" ")).rows())
    lines = "select count(*), count(distinct person_id) from sales.fct_order_lines where is_paid"
    assert rows(built, lines) == [(buys.height, buyers)]
    assert rows(built, "select sum(pay_count) from channels.fct_sessions") == [(buys.height,)]


def test_carts_end_with_a_payment_of_what_is_in_them(log: pl.DataFrame, built: Paths) -> None:
    added, bought = log.filter(behavior="cart"), log.filter(behavior="buy")
    paid = added.join(bought, on=PAIR, suffix="_paid").filter(pl.col.at_paid >= pl.col.at)
    # What is added after a payment belongs to the next cart.
    earlier = added.join(paid.select("user_id", "at_paid"), on="user_id")
    earlier = earlier.filter(pl.col.at_paid < pl.col.at).group_by("id").agg(pl.col.at_paid.max())
    added, cart = added.join(earlier, on="id", how="left"), ["user_id", "at_paid"]
    carts, items = added.select(cart).n_unique(), added.select(*cart, "item_id").n_unique()
    lost = carts - added.join(paid, on="id", how="semi").select(cart).n_unique()
    assert (carts, carts - lost) == (4_900, 7)
    counts = "count(*), count_if(is_abandoned), count_if(is_abandoned_late), sum(addition_count)"
    counts += ", sum(sku_count), sum(unknown_sku_addition_count) from channels.fct_cart_episodes"
    assert rows(built, f"select {counts}") == [(carts, lost, lost, added.height, items, 0)]


def test_days_and_maturity_are_local(log: pl.DataFrame, built: Paths, built_abroad: Paths) -> None:
    days = "select distinct business_date, is_mature"
    carts = f"{days}, is_mature_late from channels.fct_cart_episodes"
    funnels = f"{days} from channels.fct_funnels_daily where funnel_id = 'product'"
    times = log["at"].dt.replace_time_zone("UTC").dt
    [here] = times.convert_time_zone("Asia/Shanghai").dt.date().unique()
    [there] = times.convert_time_zone("America/Los_Angeles").dt.date().unique()
    assert here > there
    assert (rows(built, carts), rows(built, funnels)) == ([(here, True, True)], [(here, True)])
    assert rows(built_abroad, carts) == [(there, True, False)]
    assert rows(built_abroad, funnels) == [(there, False)]
