"""A real experiment, 294,478 rows of a landing-page test, through the warehouse's own rules."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from statsmodels.stats.proportion import proportions_ztest

from orchestration.computing import compute
from orchestration.engines import engine_of
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from tests.project.builds import dbt

VARIABLES = {"source_systems": ["storefront"], "as_of": "2017-03-15"}
MISASSIGNED = "(\"group\" = 'treatment') != (landing_page = 'new_page')"

# The set does not say what converting is: here it is adding to the cart. An arm is a group, and who
# was shown the page of the other group was exposed to both.
LANDED = {
    "experiments": """
        select
            'landing_page' as experiment_id, 'Landing page' as experiment_name,
            'The new page converts better' as hypothesis, 'visitor' as unit,
            'adds_to_cart' as primary_metric, null as target_segments, null as category_id,
            'fixed_horizon' as reading_rule, timestamp '2017-01-02' as started_at,
            timestamp '2017-01-25' as ended_at, 0.05 as alpha
    """,
    "experiment_arms": """
        select
            'landing_page' as experiment_id, arm, null as selling_point,
            arm = 'control' as is_control, 0.5 as split
        from (values ('control'), ('treatment')) as arms (arm)
    """,
    "exposures": f"""
        select
            'X' || number || '-' || shown.arm as exposure_id, 'landing_page' as experiment_id,
            shown.arm, 'v' || user_id as visitor_id, null as user_id, null as sku_id,
            null as segment, "timestamp" as exposed_at
        from visits
        inner join (values ('control'), ('treatment')) as shown (arm)
            on shown.arm = visits."group" or {MISASSIGNED}
    """,
    "events": """
        select
            'E' || number as event_id, 'add_to_cart' as event_name, 'v' || user_id as visitor_id,
            "timestamp" as event_at, "timestamp" as received_at, 'pc' as terminal,
            'detail' as page_type, 'Mozilla/5.0' as user_agent
        from visits
        where converted = 1
    """,
}


@pytest.fixture(scope="module")
def results(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """`channels.fct_experiment_results` of the test, its primary metric."""
    paths = Paths(tmp_path_factory.mktemp("landing_page"))
    with duckdb.connect() as connection:
        connection.execute(
            "create table visits as select *, row_number() over () as number from "
            f"'{test_data / 'ab_data' / 'ab_data.parquet'}'"
        )
        for table, query in LANDED.items():
            folder = paths.raw / "storefront" / table
            folder.mkdir(parents=True)
            connection.execute(
                f"copy (select *, timestamp '2017-02-01' as _loaded_at from ({query})) "
                f"to '{folder / 'landed.parquet'}'"
            )
    build = ["build", "--exclude-resource-type", "unit_test", "--vars", json.dumps(VARIABLES)]
    # Tests that compare with what is not built here are left out.
    build += ["--indirect-selection", "cautious"]
    first = dbt(PROJECT_DIR, paths, *build, "--select", "+int_experiment_sums")
    faults = {name: status for name, status in first.results.items() if status in ("error", "fail")}
    assert not faults, first.said
    project = Project(paths, "storefront")
    [estimates] = [node for node in project.analytics if node["name"] == "experiment_estimates"]
    assert compute(project, engine_of(paths), estimates) > 0
    second = dbt(PROJECT_DIR, paths, *build, "--select", "fct_experiment_results")
    statuses = set(second.results.values())
    assert statuses <= {"success", "pass", "no-op"}, second.said
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        found = connection.execute(
            "select * from channels.fct_experiment_results "
            "where metric_role = 'primary' order by arm"
        )
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="module")
def counted(test_data: Path) -> dict[str, tuple[int, int]]:
    """Users and converted users of each group, by a direct computation; and who was left out."""
    with duckdb.connect() as connection:
        rows = connection.execute(f"""
            with users as (
                select
                    user_id,
                    any_value("group") as arm,
                    max(converted) as converted,
                    bool_or({MISASSIGNED}) or count(distinct "group") > 1 as is_out
                from '{test_data / "ab_data" / "ab_data.parquet"}'
                group by user_id
            )

            select case when is_out then 'out' else arm end, count(*), sum(converted)
            from users
            group by all
        """).fetchall()
    return {arm: (users, converted) for arm, users, converted in rows}


@pytest.mark.real_data
def test_who_saw_both_pages_is_left_out(
    results: list[dict[str, Any]], counted: dict[str, tuple[int, int]], test_data: Path
) -> None:
    with duckdb.connect() as connection:
        misassigned = connection.execute(
            f"select count(*) from '{test_data / 'ab_data' / 'ab_data.parquet'}' "
            f"where {MISASSIGNED}"
        ).fetchone()
    assert misassigned == (3893,)
    assert [row["arm"] for row in results] == ["control", "treatment"]
    for row in results:
        assert row["several_arms_person_count"] == counted["out"][0] > 3800
        assert row["other_excluded_person_count"] == 0
        assert (row["person_count"], row["outcome_sum"]) == counted[row["arm"]]


@pytest.mark.real_data
def test_rates_and_p_value_are_those_of_a_direct_computation(
    results: list[dict[str, Any]], counted: dict[str, tuple[int, int]]
) -> None:
    control, treatment = results
    users, converted = zip(counted["control"], counted["treatment"], strict=True)
    assert control["outcome_rate"] == pytest.approx(converted[0] / users[0])
    assert treatment["outcome_rate"] == pytest.approx(converted[1] / users[1])
    p_value = proportions_ztest(converted, users)[1]
    assert treatment["p_value"] == pytest.approx(p_value)
    assert treatment["adjusted_p_value"] == pytest.approx(p_value)
    assert treatment["lift_low"] < 0 < treatment["lift_high"]


@pytest.mark.real_data
def test_the_new_page_is_not_called_better(results: list[dict[str, Any]]) -> None:
    treatment = results[1]
    assert treatment["is_mature"] and not treatment["has_sample_ratio_mismatch"]
    assert treatment["p_value"] > 0.05 and not treatment["is_called"]
