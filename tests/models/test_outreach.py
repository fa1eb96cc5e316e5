"""What contacts and tiers do for activity, computed anew member by member."""

from collections.abc import Iterator

import duckdb
import numpy as np
import pandas as pd
import pytest

from orchestration.paths import Paths

DRAWS = 1000
# A standard error from so many draws is known to a few per cent.
ERRORS_APART_AT_MOST = 0.1

MEMBERS = """
with contacts as (
    select
        person_id,
        cast(date_trunc('week', assigned_date) as date) as week_start_date,
        bool_or(sent_date is not null) as is_sent
    from intermediate.int_outreach_identified
    where purpose = $purpose
    group by all
)

select
    concat_ws(' ', week_start_date, followed.active_days_from, followed.paid_orders_from) as cell,
    followed.before_day_count as before_days,
    followed.after_day_count as after_days,
    coalesce(contacts.is_sent, false) as is_contacted
from intermediate.int_members_followed as followed
left join contacts using (person_id, week_start_date)
where
    not followed.is_contacted_before
    and week_start_date >= date '2026-01-01'
    and (contacts.is_sent or if($is_by_lot, not contacts.is_sent, not followed.is_contacted))
"""

NEAR_A_TIER = """
with spent as (
    select person_id, sum(gmv_paid_amount) as amount
    from sales.fct_orders
    where paid_date >= date '2025-01-01' and paid_date < date '2026-01-01' and not is_anonymous
    group by person_id
)

select
    cast(spent.amount / $spending_from - 1 as double) as distance,
    count(days.active_date) as active_days
from spent
left join intermediate.int_active_days as days
    on
        spent.person_id = days.person_id
        and days.active_date >= date '2026-01-01'
        and days.active_date < date '2026-01-29'
where abs(spent.amount / $spending_from - 1) < 0.5
group by spent.person_id, spent.amount
"""


@pytest.fixture(scope="module")
def warehouse(storefront: Paths) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(storefront.warehouse), read_only=True) as connection:
        yield connection


def _answer(warehouse: duckdb.DuckDBPyConnection, scope: str) -> tuple[float, float, float, int]:
    rows: list[tuple[float, float, float, int]] = warehouse.execute(
        "select value, ci_low, ci_high, n from review.fct_answers "
        "where question_id = 'K008' and period = '2026H1' and scope = $scope",
        {"scope": scope},
    ).fetchall()
    return rows[0]


@pytest.mark.parametrize(
    ("scope", "purpose"), [("win_back_by_lot", "win_back"), ("benefit", "benefit")]
)
def test_contacts_gain_what_weighted_least_squares_and_draws_say(
    warehouse: duckdb.DuckDBPyConnection, scope: str, purpose: str
) -> None:
    import statsmodels.api as sm

    members = warehouse.execute(MEMBERS, {"purpose": purpose, "is_by_lot": scope != purpose}).df()
    _, members["cell"] = np.unique(members["cell"], return_inverse=True)
    sizes = members.groupby(["cell", "is_contacted"]).size().unstack(fill_value=0)
    compared = sizes.index[(sizes[True] > 0) & (sizes[False] > 1)]
    members = members[members["cell"].isin(compared)]
    propensity = (sizes[True] / sizes.sum(axis=1)).reindex(members["cell"]).to_numpy()
    contacted = members["is_contacted"].to_numpy()
    weights = np.where(contacted, 1, propensity / (1 - propensity))
    change = (members["after_days"] - members["before_days"]).to_numpy(dtype=float)
    gained = sm.WLS(change, sm.add_constant(contacted.astype(float)), weights).fit().params[1]
    expected = members["after_days"].to_numpy()[contacted].mean() - gained
    value, low, high, n = _answer(warehouse, scope)
    assert n == contacted.sum() > 100
    assert value == pytest.approx(gained / expected, rel=1e-5)

    # Members drawn anew, Poisson's way, and those of a cell compared within it.
    draws = np.random.default_rng(8)
    cells = members["cell"].to_numpy()
    before, after = (members[f"{when}_days"].to_numpy(dtype=float) for when in ("before", "after"))
    drawn = []
    for _ in range(DRAWS):
        times = draws.poisson(1, len(cells)).astype(float)
        others = np.bincount(cells, times * ~contacted, len(sizes))
        changes = np.bincount(cells, times * ~contacted * change, len(sizes))
        change_of_others = np.divide(changes, others, np.zeros(len(sizes)), where=others > 0)[cells]
        counted = times * contacted
        drawn.append(
            (counted * (after - before - change_of_others)).sum()
            / (counted * (before + change_of_others)).sum()
        )
    assert (high - low) / 2 / 1.96 == pytest.approx(np.std(drawn), rel=ERRORS_APART_AT_MOST)


@pytest.mark.parametrize(("tier", "spending_from"), [("silver", 800), ("gold", 2500)])
def test_tiers_jump_as_least_squares_say(
    warehouse: duckdb.DuckDBPyConnection, tier: str, spending_from: int
) -> None:
    import statsmodels.api as sm

    near = warehouse.execute(NEAR_A_TIER, {"spending_from": spending_from}).df()
    lines = [
        sm.OLS(side["active_days"], sm.add_constant(side["distance"])).fit()
        for _, side in near.groupby(near["distance"] >= 0)
    ]
    [measured] = warehouse.execute(
        "select below_days, below_squared_error, eligible_days, eligible_squared_error "
        "from intermediate.int_tier_jumps_measured where period = '2026H1' and tier = $tier",
        {"tier": tier},
    ).fetchall()
    told = [number for line in lines for number in (line.params["const"], line.bse["const"] ** 2)]
    assert measured == pytest.approx(told, rel=1e-4)


@pytest.mark.parametrize("scope", ["benefit", "launch", "replenishment"])
def test_everyday_contacts_plant_no_activity_and_none_is_found(
    warehouse: duckdb.DuckDBPyConnection, scope: str
) -> None:
    _, low, high, _ = _answer(warehouse, scope)
    assert low < 0 < high


def test_a_lot_finds_what_the_coupon_was_told_to_bring(
    warehouse: duckdb.DuckDBPyConnection, storefront: Paths
) -> None:
    """Of more orders than one world has, the intervals of one in twenty would not."""
    truth = storefront.data / "truth" / "outreach_arms.parquet"
    told = dict(
        duckdb.execute(
            f"select arm, true_rate from '{truth}' where purpose = 'repurchase'"
        ).fetchall()
    )
    lift = told["coupon"] - told["none"]
    assert lift > 0.01
    found = {
        scope: (low, high, n)
        for scope, low, high, n in warehouse.execute(
            "select scope, ci_low, ci_high, n from review.fct_answers "
            "where question_id = 'K013' and period = '2026H1'"
        ).fetchall()
    }
    for scope, rate in (
        ("repurchase_with_coupon", told["coupon"]),
        ("repurchase_held_out", told["none"]),
        ("incremental_repurchase", lift),
    ):
        low, high, n = found[scope]
        assert low < rate < high, scope
        assert n > 200


def test_accounts_bought_what_their_orders_say(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Computed anew from conformed rows, by pandas."""
    assigned = warehouse.execute("""
        select outreach.arm, outreach.assigned_at, owners.person_id
        from intermediate.int_outreach as outreach
        inner join intermediate.int_person_identifiers as owners
            on owners.identifier_type = 'user_id' and outreach.user_id = owners.identifier
        where outreach.purpose = 'repurchase' and outreach.is_randomised
    """).df()
    orders = warehouse.execute(
        "select person_id, paid_at from sales.fct_orders where is_paid and person_id is not null"
    ).df()
    pairs = assigned.reset_index().merge(orders, on="person_id")
    late = pairs["paid_at"] - pairs["assigned_at"]
    within = pairs[(late >= pd.Timedelta(0)) & (late < pd.Timedelta(days=30))]
    expected = {
        arm: (int((assigned["arm"] == arm).sum()), mine["index"].nunique(), len(mine))
        for arm in ("coupon", "none")
        for mine in [within[within["arm"] == arm]]
    }
    found = warehouse.execute("""
        select arm, sum(assigned_count), sum(buyer_count), sum(order_count)
        from members.fct_outreach_results
        where purpose = 'repurchase' and is_randomised
        group by arm
    """).fetchall()
    assert {arm: tuple(map(int, counts)) for arm, *counts in found} == expected
