"""Targets, computed again from the landed files with Polars, and in a world whose targets moved."""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from simulator.world import make_world
from tests.project.builds import dbt
from tests.simulator.worlds import AS_OF, SCALE

HALF = "2026H1"
TIME_ZONE = "Asia/Shanghai"
CHANGED = ("base_storefront__targets+1", "stg_storefront__target_phasing", "int_targets+")
VARIABLES = ("--vars", json.dumps({"source_systems": ["storefront"]}))


def answers(paths: Paths, question: str) -> dict[str, dict[str, Any]]:
    """The answers of the half, by scope."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        found = connection.execute(
            "select * from review.fct_answers where question_id = ? and period = ?",
            [question, HALF],
        )
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {row["scope"]: row for row in rows}


def test_a_past_year_came_as_near_to_its_target_as_the_world_says(storefront: Paths) -> None:
    """Customers of the years before the history are no registrations of its first year."""
    with duckdb.connect(str(storefront.warehouse), read_only=True) as connection:
        row = connection.execute("""
            select sum(value)
            from review.fct_answers
            where question_id = 'K028' and scope = 'annual' and period in ('2025H1', '2025H2')
        """).fetchone()
    assert row
    planted = make_world(SCALE, 42, AS_OF)["plans.past_attainment"]
    assert row[0] == pytest.approx(planted, abs=0.02)


def landed(paths: Paths, table: str, key: list[str]) -> pl.DataFrame:
    """The rows of a table in their last state: not malformed, superseded or deleted."""
    files = sorted((paths.data / "raw" / "storefront" / table).glob("*.parquet"))
    malformed = pl.read_parquet(paths.data / "truth" / "dirt.parquet").filter(
        (pl.col("table_name") == table) & (pl.col("kind") == "malformed")
    )
    return (
        pl.concat([pl.read_parquet(file) for file in files], how="diagonal")
        .join(
            malformed,
            left_on=["_source_file", "_source_row"],
            right_on=["source_file", "source_row"],
            how="anti",
        )
        .sort("_loaded_at", "_source_row")
        .unique(key, keep="last")
        .filter(~pl.col("_is_deleted"))
    )


def local_day(column: str) -> pl.Expr:
    return pl.col(column).dt.replace_time_zone("UTC").dt.convert_time_zone(TIME_ZONE).dt.date()


def monthly_sales(paths: Paths) -> pl.DataFrame:
    """Paid merchandise in CNY by local month, and how many lines were converted for it."""
    lines = landed(paths, "order_lines", ["order_id", "line_no"]).with_columns(
        value=(pl.col("unit_price").cast(pl.Float64) * pl.col("quantity")).round(2)
        - pl.col("line_discount").cast(pl.Float64)
    )
    merchandise = lines.group_by("order_id").agg(pl.col("value").sum(), pl.len().alias("lines"))
    rates = (
        landed(paths, "fx_rates", ["rate_date", "base_currency_code", "quote_currency_code"])
        .filter(pl.col("quote_currency_code") == "CNY")
        .sort("rate_date")
    )
    return (
        landed(paths, "orders", ["order_id"])
        .filter(~pl.col("is_test") & pl.col("paid_at").is_not_null())
        .join(merchandise, on="order_id")
        .with_columns(placed_date=local_day("placed_at"), month=local_day("paid_at"))
        .sort("placed_date")
        .join_asof(
            rates,
            left_on="placed_date",
            right_on="rate_date",
            by_left="currency_code",
            by_right="base_currency_code",
            check_sortedness=False,
        )
        .with_columns(
            month=pl.col("month").dt.month_start(),
            rate=pl.when(pl.col("currency_code") == "CNY")
            .then(1.0)
            .otherwise(pl.col("rate").cast(pl.Float64)),
        )
        .group_by("month")
        .agg(
            ((pl.col("value") - pl.col("order_discount").cast(pl.Float64)) * pl.col("rate"))
            .sum()
            .alias("gmv"),
            pl.col("lines").filter(pl.col("currency_code") != "CNY").sum().alias("converted"),
        )
        .sort("month")
    )


def target_in_force(paths: Paths, metric: str, year: int) -> float:
    found = (
        landed(paths, "targets", ["target_id"])
        .filter(
            (pl.col("metric_id") == metric)
            & (pl.col("scope_type") == "company")
            & (pl.col("starts_date").dt.year() == year)
        )
        .sort("set_at")
    )
    return float(found["value"][-1])


def test_attainment_is_what_the_landed_files_say(storefront: Paths) -> None:
    """To the cent, but for foreign lines, each of which is rounded on its own."""
    sales = monthly_sales(storefront).filter(pl.col("month").dt.year() == 2026)
    target = target_in_force(storefront, "gmv_paid", 2026)
    found = answers(storefront, "K026")["attainment"]
    assert sales.height == 6
    assert found["denominator"] == target
    assert found["numerator"] == pytest.approx(
        sales["gmv"].sum(), abs=0.005 + 0.005 * float(sales["converted"].sum())
    )


def test_golden_figures_of_targets(storefront: Paths) -> None:
    progress = answers(storefront, "K026")
    registrations = answers(storefront, "K028")
    assert progress["attainment"]["value"] == pytest.approx(0.55, abs=0.0005)
    assert progress["gap_to_linear_plan"]["value"] == pytest.approx(0.05, abs=0.0005)
    assert registrations["annual"]["value"] == pytest.approx(0.60, abs=0.0005)


def test_registrations_are_of_true_persons(storefront: Paths) -> None:
    """The warehouse counts a person with two accounts once, as the truth does."""
    owners = (
        pl.read_parquet(storefront.data / "truth" / "identities.parquet")
        .filter(pl.col("id_type") == "user_id")
        .unique("id_value")
    )
    first = (
        landed(storefront, "users", ["user_id"])
        .join(owners, left_on="user_id", right_on="id_value")
        .group_by("person_number")
        .agg(pl.col("registered_at").min())
        .filter(local_day("registered_at").is_between(datetime(2026, 1, 1), datetime(2026, 6, 30)))
    )
    found = answers(storefront, "K028")["annual"]
    assert found["denominator"] == target_in_force(storefront, "new_registrations", 2026)
    # Persons that nothing but a phone call would tell apart may be merged or not.
    assert found["numerator"] == pytest.approx(first.height, rel=0.005)


def test_landing_is_the_ratio_estimator(storefront: Paths) -> None:
    """A regression through the origin with a variance in proportion to last year's months."""
    import numpy as np
    from scipy.stats import t as student_t

    gmv = monthly_sales(storefront)["gmv"].to_numpy()
    last, rest, this = gmv[:6], gmv[6:12].sum(), gmv[12:]
    weights = 1 / last
    growth = (weights * last * this).sum() / (weights * last * last).sum()
    variance = (weights * (this - growth * last) ** 2).sum() / 5
    margin = student_t.ppf(0.975, 5) * np.sqrt(variance * (rest + rest**2 / last.sum()))
    found = answers(storefront, "K026")["landing"]
    target = target_in_force(storefront, "gmv_paid", 2026)
    assert found["value"] == pytest.approx((this.sum() + growth * rest) / target, rel=1e-6)
    assert found["ci_high"] - found["value"] == pytest.approx(margin / target, rel=1e-3)
    assert found["ci_low"] >= this.sum() / target
    assert found["n"] == 6


def test_contributions_add_up_to_the_attainment(storefront: Paths) -> None:
    whole = answers(storefront, "K026")["attainment"]["value"]
    parts = answers(storefront, "K027")
    for kind in ("category", "region"):
        contributions = [
            row["value"]
            for scope, row in parts.items()
            if scope.startswith(kind) and scope.endswith(":contribution")
        ]
        assert len(contributions) > 5
        assert sum(contributions) == pytest.approx(whole, abs=1e-9)


@pytest.fixture(scope="module")
def moved(storefront: Paths, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The same shop with a third version of twice the target, and targets that are none."""
    copy = Paths(tmp_path_factory.mktemp("moved"))
    # What dbt has parsed is good for one place.
    others = shutil.ignore_patterns("target")
    shutil.copytree(storefront.data, copy.data, ignore=others, dirs_exist_ok=True)
    (source,) = (copy.data / "raw" / "storefront" / "targets").glob("*.parquet")
    targets = pl.read_parquet(source)
    sales = targets.filter(
        (pl.col("metric_id") == "gmv_paid")
        & (pl.col("version") == 2)
        & (pl.col("starts_date").dt.year() == 2026)
    )
    later = pl.col("set_at") + pl.duration(days=30)
    again = sales.filter(pl.col("scope_id") == "apparel")
    none = sales.filter(pl.col("scope_id") == "books")
    added = pl.concat(
        [
            sales.filter(pl.col("scope_type") == "company").with_columns(
                value=(pl.col("value") * 2).cast(targets.schema["value"]), set_at=later
            ),
            again.with_columns(set_at=pl.col("set_at") + pl.duration(hours=1)),
            none.with_columns(value=(-pl.col("value")).cast(targets.schema["value"]), set_at=later),
        ]
    ).with_columns(
        target_id=pl.col("target_id") + "-moved",
        version=pl.lit(3, targets.schema["version"]),
        _source_file=pl.lit("moved.parquet"),
        _source_row=pl.int_range(1, pl.len() + 1).cast(targets.schema["_source_row"]),
        # After it was set.
        _loaded_at=pl.col("_loaded_at") + pl.duration(days=60),
    )
    added.select(targets.columns).write_parquet(Path(source).with_name("moved.parquet"))
    done = dbt(PROJECT_DIR, copy, "run", "--threads", "1", "--select", *CHANGED, *VARIABLES)
    assert set(done.results.values()) == {"success"}, done.said
    return copy


def test_a_moved_target_moves_the_answer(moved: Paths) -> None:
    progress = answers(moved, "K026")
    assert progress["attainment"]["value"] == pytest.approx(0.275, abs=0.0005)
    assert progress["gap_to_linear_plan"]["value"] == pytest.approx(-0.225, abs=0.0005)
    # The new version came without months.
    assert progress["gap_to_phased_plan"]["value"] is None
    assert progress["gap_to_phased_plan"]["note"] == (
        "Not measurable: the target is not spread over months."
    )


@pytest.mark.parametrize(
    ("category", "reason"),
    [
        ("apparel", "2 versions of the target were set on one day"),
        ("books", "the target is not above zero"),
    ],
)
def test_targets_that_are_none_are_not_measured_against(
    moved: Paths, category: str, reason: str
) -> None:
    found = answers(moved, "K027")[f"category:storefront:{category}"]
    assert found["value"] is None
    assert found["note"] == f"Not measurable: {reason}."
