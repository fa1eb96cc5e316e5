"""The gate of members is green on a sound shop, and each of its identities sees damage."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from orchestration.paths import Paths

DAMAGES = {
    "members_keep_their_volume": """
        delete from members.dim_members where paid_order_count > 3
    """,
    "members_spend_what_sales_say": """
        update members.dim_members set gmv_paid_amount = gmv_paid_amount + 0.01
        where paid_order_count > 3
    """,
    "first_orders_come_first": """
        update members.dim_members set first_order_date = null where paid_order_count > 3
    """,
    "recommendations_keep_their_volume": """
        delete from members.fct_recommendations_daily where business_date < '2025-03-01'
    """,
    "clicks_and_returns_are_parts": """
        update members.fct_recommendations_daily set click_count = impression_count + 1
        where business_date = '2026-01-01'
    """,
    "results_of_contacts_are_parts": """
        update members.fct_outreach_results set delivered_count = assigned_count + 1
        where arm = 'coupon'
    """,
    "squares_of_days_fit_their_sums": """
        update members.fct_outreach_activity set after_day_count = 2 * after_day_count
        where week_start_date = '2026-02-02'
    """,
    "members_stand_on_their_side_of_a_tier": """
        update members.fct_tier_eligibility set is_eligible = not is_eligible
    """,
    "returns_of_a_period_are_parts": """
        update members.fct_recommendation_models
        set returned_person_count = mature_person_count + 1 where period = '2026H1'
    """,
    "returns_of_an_arm_are_parts": """
        update members.fct_recommendation_experiments
        set control_returned_person_count = control_mature_person_count + 1
    """,
}


@pytest.fixture(scope="module")
def gate(storefront: Paths) -> dict[str, str]:
    """The query of each identity, by its name."""
    from expectations.members import suite
    from expectations.suite import read_baseline

    return {
        expectation.name: query.replace("{{", "{").replace("}}", "}").replace("\\:", ":")
        for checks in suite(read_baseline(storefront.serving, date(2026, 7, 1)))
        for expectation in checks.expectations
        if (query := expectation.arguments.get("unexpected_rows_query"))
    }


@pytest.fixture(scope="module")
def candidate(
    storefront: Paths, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables that the gate reads, without their constraints."""
    with duckdb.connect(str(tmp_path_factory.mktemp("gate") / "gate.duckdb")) as connection:
        connection.execute(f"attach '{storefront.warehouse}' as built (read_only)")
        tables = connection.execute("""
            select schema_name || '.' || table_name, schema_name
            from duckdb_tables()
            where
                database_name = 'built'
                and (schema_name = 'members' or table_name = 'fct_orders')
        """).fetchall()
        for table, schema in tables:
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {table} as from built.{table}")
        yield connection


def test_every_identity_of_members_is_damaged_below(gate: dict[str, str]) -> None:
    assert set(DAMAGES) == set(gate)


@pytest.mark.parametrize("name", DAMAGES)
def test_the_gate_of_members_is_green_and_sees_damage(
    gate: dict[str, str], candidate: duckdb.DuckDBPyConnection, name: str
) -> None:
    assert not candidate.execute(gate[name]).fetchall()
    candidate.execute("begin transaction")
    candidate.execute(DAMAGES[name])
    seen = candidate.execute(gate[name]).fetchall()
    candidate.execute("rollback")
    assert seen
