"""The seasons of the warehouse are those that statsmodels finds, promotions taken out."""

from typing import TYPE_CHECKING

import duckdb
import pytest

from orchestration.paths import Paths

if TYPE_CHECKING:
    import pandas as pd

# Fifteen weeks make a weekday's mean; its error is then a quarter of what days stray by.
WEEKS_AT_LEAST = 15


@pytest.fixture(scope="module")
def days(storefront: Paths) -> "pd.DataFrame":
    """The sessions of each day and their parts, as published."""
    with duckdb.connect(str(storefront.serving), read_only=True) as connection:
        found = connection.execute(
            """
            select
                business_date,
                is_ordinary,
                promo_id,
                cast(observed_count as double) as observed,
                cast(trend_count as double) as trend,
                cast(weekly_count as double) as weekly,
                cast(holiday_count as double) as holiday,
                cast(promotion_count as double) as promotion,
                cast(remainder_count as double) as remainder
            from channels.fct_seasonality_daily
            where measure = 'sessions'
            order by business_date
            """
        ).df()
    return found.set_index("business_date")


def test_trend_and_weekdays_are_those_of_the_classical_decomposition(days: "pd.DataFrame") -> None:
    import pandas as pd
    from statsmodels.tsa.seasonal import seasonal_decompose

    # Without what holidays and promotions add, the series is one that statsmodels can take apart.
    calm = days["observed"] - days["holiday"] - days["promotion"]
    assert len(calm) >= 7 * WEEKS_AT_LEAST
    other = seasonal_decompose(calm, model="additive", period=7)
    noise = days.loc[days["is_ordinary"], "remainder"].std()

    weekday_of = pd.DatetimeIndex(days.index).dayofweek
    weekday = days["weekly"].groupby(weekday_of).first()
    expected = other.seasonal.groupby(weekday_of).first()
    assert weekday.sum() == pytest.approx(0, abs=1e-4)
    assert (weekday - expected).abs().max() < noise / 2
    assert weekday.corr(expected) > 0.9

    ordinary = days["is_ordinary"] & other.trend.notna()
    assert (days["trend"] - other.trend)[ordinary].abs().mean() < noise / 2


def test_promotions_are_what_stl_calls_outliers(days: "pd.DataFrame") -> None:
    from statsmodels.tsa.seasonal import STL

    # Robust, so that the weeks of a promotion do not become trend where it can be helped.
    other = STL(days["observed"], period=7, trend=91, robust=True).fit()
    large = days.groupby("promo_id").agg(
        effect=("promotion", "first"), length=("promotion", "size")
    )
    large = large[large["length"] >= 7]
    residual = other.resid.groupby(days["promo_id"]).mean().reindex(large.index)
    assert len(large) >= 5
    assert large["effect"].corr(residual) > 0.9


def test_parts_add_up_and_the_remainder_has_no_direction(days: "pd.DataFrame") -> None:
    parts = days[["trend", "weekly", "holiday", "promotion", "remainder"]].sum(axis=1)
    assert (parts - days["observed"]).abs().max() < 1e-6
    ordinary = days.loc[days["is_ordinary"], "remainder"]
    assert abs(ordinary.mean()) < 2 * ordinary.std() / len(ordinary) ** 0.5
