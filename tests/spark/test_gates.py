"""Gates on Spark: the same suites, the same results, and what is refused stays unpublished."""

from datetime import date, datetime
from pathlib import Path

import pytest

from expectations.runner import GateReport, run_gate
from expectations.suite import Suite, expect, identity, on, volume
from orchestration.engines.spark import Spark
from orchestration.history import Run

pytestmark = pytest.mark.spark

AS_OF = date(2025, 12, 31)
ORDERS = "outlet.fct_orders"


@pytest.fixture
def outlet(empty_spark: Spark) -> Spark:
    """A mart of 100 orders of 10.10, published once."""
    spark, session = empty_spark, empty_spark.session
    session.sql("create database outlet")
    session.sql("create database meta")
    session.sql("create table meta.clearances (mart string)")
    session.sql(
        "create table meta.withdrawals (mart string, model_name string) partitioned by (model_name)"
    )
    build(spark)
    spark.publish(Run("first", datetime(2026, 1, 1), AS_OF), {"outlet": ["fct_orders"]})
    return spark


def build(spark: Spark, poison: str = "") -> None:
    """The candidate, and what dbt's hook says when it has built it."""
    spark.session.sql(f"drop table if exists {ORDERS}")
    spark.session.sql(
        f"create table {ORDERS} as select id as order_id, id % 3 as region_id, "
        "cast(10.10 as decimal(18, 2)) as order_amount, concat('a:b{', id) as label "
        f"from range(100) {poison}"
    )
    spark.session.sql(
        "insert overwrite meta.withdrawals select 'outlet' as mart, 'fct_orders' as model_name"
    )


def suite(spark: Spark) -> Suite:
    return [
        on(
            ORDERS,
            volume(
                "orders_keep_their_volume",
                "As many as before.",
                table=ORDERS,
                baseline=spark.baseline(AS_OF),
                at_least=0.9,
                at_most=1.1,
            ),
            expect(
                "orders_are_unique",
                "One row per order.",
                "ExpectColumnValuesToBeUnique",
                column="order_id",
            ),
            identity(
                "orders_are_those_of_before",
                "No order is lost, nor worth another amount.",
                f"""
                select order_id, orders.order_amount, before.order_amount as amount_before
                from {ORDERS} as orders
                full join published.{ORDERS} as before using (order_id)
                where orders.order_amount is distinct from before.order_amount
                """,
            ),
            identity(
                "labels_are_whole",
                "Colons and braces are text.",
                f"select order_id from {ORDERS} where label not like 'a:b{{%'",
            ),
        )
    ]


def gate(spark: Spark, docs: Path) -> GateReport:
    return run_gate("outlet", suite(spark), spark.tables(), docs, "nightly")


def test_a_sound_candidate_passes_and_may_be_published(outlet: Spark, tmp_path: Path) -> None:
    report = gate(outlet, tmp_path)
    assert report.passed, report
    assert report.results[0].observed == "100"
    assert (tmp_path / "index.html").exists()

    assert outlet.cleared_marts() == set()
    outlet.clear("outlet")
    assert outlet.cleared_marts() == {"outlet"}
    # Building it anew takes the clearance away.
    build(outlet)
    assert outlet.cleared_marts() == set()


POISONS = {
    "orders_keep_their_volume": "where id < 80",
    "orders_are_unique": "union all select 1, 1, cast(10.10 as decimal(18, 2)), 'a:b{'",
    "orders_are_those_of_before": (
        "where id < 99 union all select 99, 0, cast(10.11 as decimal(18, 2)), 'a:b{'"
    ),
    "labels_are_whole": "where id < 99 union all select 99, 0, cast(10.10 as decimal(18, 2)), 'ab'",
}


def test_a_poisoned_candidate_is_red_and_readers_keep_what_they_have(
    outlet: Spark, tmp_path: Path
) -> None:
    outlet.clear("outlet")
    for name, poison in POISONS.items():
        build(outlet, poison)
        report = gate(outlet, tmp_path)
        failed = {result.name: result.reason for result in report.results if not result.passed}
        assert not report.passed
        assert name in failed, (name, failed)
        assert not any("Not evaluated" in reason for reason in failed.values()), failed
    outlet.withdraw("outlet")
    assert outlet.cleared_marts() == set()
    found = outlet.ask(f"select count(*), sum(order_amount) from published.{ORDERS}")
    assert [tuple(map(str, row)) for row in found.rows] == [("100", "1010.00")]


def test_what_cannot_be_evaluated_is_red_with_its_reason(outlet: Spark, tmp_path: Path) -> None:
    broken = [on(ORDERS, identity("never_holds", "It refers to nothing.", "select nothing_such"))]
    report = run_gate("outlet", broken, outlet.tables(), tmp_path, "nightly")
    [result] = report.results
    assert not result.passed
    assert result.reason.startswith("Not evaluated: ")
    assert "nothing_such" in result.reason
