"""Tests of experiments, held against statsmodels, NumPy and worlds whose truth is known."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from analytics.experiments import estimates

Arm = tuple[str, np.ndarray]


def sums(
    arms: Sequence[Arm],
    kind: str = "mean",
    experiment: str = "e",
    role: str = "primary",
    segment: str = "all",
    metric: str = "m",
    baselines: Sequence[np.ndarray] | None = None,
    denominators: Sequence[np.ndarray] | None = None,
) -> pd.DataFrame:
    """What int_experiment_sums makes of outcomes by arm, the first arm being the control."""
    rows = []
    for number, (arm, outcome) in enumerate(arms):
        outcome = outcome.astype(float)
        baseline = np.zeros(len(outcome)) if baselines is None else baselines[number]
        denominator = np.ones(len(outcome)) if denominators is None else denominators[number]
        rows.append(
            {
                "experiment_id": experiment,
                "arm": arm,
                "segment": segment,
                "metric_id": metric,
                "kind": kind,
                "metric_role": role,
                "alpha": 0.05,
                "is_control": number == 0,
                "split": 1 / len(arms),
                "person_count": len(outcome),
                "outcome_sum": outcome.sum(),
                "outcome_square_sum": outcome @ outcome,
                "denominator_sum": denominator.sum(),
                "denominator_square_sum": denominator @ denominator,
                "outcome_denominator_sum": outcome @ denominator,
                "baseline_sum": baseline.sum(),
                "baseline_square_sum": baseline @ baseline,
                "outcome_baseline_sum": outcome @ baseline,
                "denominator_baseline_sum": denominator @ baseline,
                "missing_reason": None,
            }
        )
    return pd.DataFrame(rows)


def share(successes: int, persons: int) -> np.ndarray:
    return np.arange(persons) < successes


def result(frame: pd.DataFrame, arm: str = "b") -> pd.Series:
    found = estimates(frame)
    return found[found["arm"] == arm].iloc[0]


def test_proportions_agree_with_statsmodels() -> None:
    row = result(sums([("a", share(120, 1000)), ("b", share(165, 1100))], "proportion"))
    assert row["relative_lift"] == pytest.approx(165 / 1100 / 0.12 - 1)
    assert row["p_value"] == pytest.approx(proportions_ztest([165, 120], [1100, 1000])[1])
    bounds: Any = confint_proportions_2indep(165, 1100, 120, 1000, method="log", compare="ratio")
    low, high = bounds
    # statsmodels takes the null's half a success less into account, in the fourth digit.
    assert row["relative_lift_low"] == pytest.approx(low - 1, abs=0.005)
    assert row["relative_lift_high"] == pytest.approx(high - 1, abs=0.005)
    low, high = confint_proportions_2indep(165, 1100, 120, 1000, method="wald", compare="diff")
    assert (row["lift_low"], row["lift_high"]) == pytest.approx((low, high))


def test_means_agree_with_statsmodels() -> None:
    draw = np.random.default_rng(1)
    a, b = draw.gamma(2, 50, 400), draw.gamma(2, 56, 500)
    row = result(sums([("a", a), ("b", b)]))
    compared = CompareMeans(DescrStatsW(b), DescrStatsW(a))
    assert row["p_value"] == pytest.approx(compared.ttest_ind(usevar="unequal")[1])
    expected = compared.tconfint_diff(usevar="unequal")
    assert (row["lift_low"], row["lift_high"]) == pytest.approx(expected)


def test_ratios_take_the_delta_method() -> None:
    draw = np.random.default_rng(2)
    denominators = [draw.poisson(2, 800) + 0.0, draw.poisson(2, 900) + 0.0]
    outcomes = [draw.poisson(3 * each) + 0.0 for each in denominators]
    row = result(sums([("a", outcomes[0]), ("b", outcomes[1])], "ratio", denominators=denominators))
    ratios = [y.sum() / d.sum() for y, d in zip(outcomes, denominators, strict=True)]
    # The delta method is a mean of what each person adds to the ratio.
    parts = [
        (y - ratio * d) / d.mean()
        for y, d, ratio in zip(outcomes, denominators, ratios, strict=True)
    ]
    error = np.sqrt(sum(part.var(ddof=1) / len(part) for part in parts))
    assert row["lift"] == pytest.approx(ratios[1] - ratios[0])
    assert row["lift_high"] - row["lift_low"] == pytest.approx(2 * 1.96 * error, rel=0.005)


def test_the_time_before_makes_comparisons_sharper() -> None:
    draw = np.random.default_rng(3)
    baselines = [draw.normal(100, 20, 2000), draw.normal(100, 20, 2000)]
    outcomes = [
        before + draw.normal(effect, 10, 2000)
        for before, effect in zip(baselines, (0, 1), strict=True)
    ]
    row = result(sums([("a", outcomes[0]), ("b", outcomes[1])], baselines=baselines))
    correlation = np.corrcoef(np.concatenate(outcomes), np.concatenate(baselines))[0, 1]
    assert row["variance_reduction"] == pytest.approx(correlation**2, abs=0.01)
    assert row["cuped_p_value"] < 0.01 < row["p_value"]
    assert row["cuped_relative_lift_low"] < 0.01 < row["cuped_relative_lift_high"]
    without = result(sums([("a", outcomes[0]), ("b", outcomes[1])]))
    assert pd.isna(without["variance_reduction"]) and pd.isna(without["cuped_p_value"])


def test_p_values_are_adjusted_within_a_family() -> None:
    first = sums(
        [("a", share(100, 1000)), ("b", share(130, 1000)), ("c", share(140, 1000))], "proportion"
    )
    segment = sums([("a", share(50, 500)), ("b", share(55, 500))], "proportion", segment="s")
    guardrail = sums(
        [("a", share(50, 1000)), ("b", share(70, 1000))], "proportion", role="guardrail", metric="g"
    )
    other = sums([("a", share(50, 1000)), ("b", share(90, 1000))], "proportion", experiment="f")
    found = estimates(pd.concat([first, segment, guardrail, other], ignore_index=True))
    found = found[found["p_value"].notna()]
    family = found[(found["metric_id"] == "m") & (found["experiment_id"] == "e")]
    assert len(family) == 3
    expected = multipletests(family["p_value"], method="fdr_bh")[1]
    assert family["adjusted_p_value"].to_list() == pytest.approx(list(expected))
    alone = found.drop(family.index)
    assert alone["adjusted_p_value"].to_list() == pytest.approx(alone["p_value"].to_list())


def test_a_lift_as_large_as_the_detectable_one_is_found_four_times_in_five() -> None:
    base = result(sums([("a", share(100, 1000)), ("b", share(101, 1000))], "proportion"))
    draw = np.random.default_rng(4)
    lift = float(base["minimum_detectable_lift"])
    draws = zip(
        draw.binomial(1000, 0.1, 400), draw.binomial(1000, 0.1 * (1 + lift), 400), strict=True
    )
    frame = pd.concat(
        [
            sums([("a", share(a, 1000)), ("b", share(b, 1000))], "proportion", str(number))
            for number, (a, b) in enumerate(draws)
        ],
        ignore_index=True,
    )
    found = estimates(frame).dropna(subset="p_value")
    assert (found["p_value"] < 0.05).mean() == pytest.approx(0.8, abs=0.07)


@pytest.mark.parametrize(("counts", "fits"), [((1000, 1030), True), ((1000, 1300), False)])
def test_arms_that_were_not_filled_by_lot_show(counts: tuple[int, int], fits: bool) -> None:
    frame = sums([(arm, share(100, n)) for arm, n in zip("ab", counts, strict=True)], "proportion")
    found = estimates(frame)
    p_value = float(found["sample_ratio_p_value"].iloc[0])
    assert p_value == pytest.approx(float(chisquare(counts).pvalue))
    assert (p_value > 0.001) == fits
    assert found["sample_ratio_p_value"].nunique() == 1
    frame["split"] = [1000 / 2300, 1300 / 2300]
    planned = float(estimates(frame)["sample_ratio_p_value"].iloc[0])
    assert (planned > 0.001) != fits


@pytest.mark.parametrize(
    ("arms", "kind", "reason"),
    [
        ([share(5, 29), share(6, 40)], "proportion", "fewer than 30 persons"),
        ([share(4, 100), share(20, 100)], "proportion", "fewer than 5 persons"),
        ([share(100, 100), share(20, 100)], "proportion", "fewer than 5 persons"),
        ([np.zeros(50), np.zeros(50)], "mean", "nobody did"),
        ([np.full(50, 0.1), np.full(50, 0.3)], "mean", "does not vary"),
    ],
)
def test_what_cannot_be_compared_says_why(arms: list[np.ndarray], kind: str, reason: str) -> None:
    row = result(sums(list(zip("ab", arms, strict=True)), kind))
    assert reason in row["missing_reason"]
    assert pd.isna(row["lift"]) and pd.isna(row["p_value"]) and pd.isna(row["adjusted_p_value"])


def test_a_ratio_without_denominators_says_so() -> None:
    nothing = [np.zeros(50), np.ones(50)]
    row = result(sums([("a", np.zeros(50)), ("b", np.ones(50))], "ratio", denominators=nothing))
    assert row["missing_reason"] == "an arm has nothing to divide by"


def test_no_change_is_relative_to_a_loss() -> None:
    draw = np.random.default_rng(5)
    row = result(sums([("a", draw.normal(-1, 1, 100)), ("b", draw.normal(1, 1, 100))]))
    assert row["lift"] > 1 and row["p_value"] < 0.001
    assert pd.isna(row["relative_lift"]) and pd.isna(row["minimum_detectable_lift"])


def test_what_the_warehouse_calls_not_measurable_is_not_tested() -> None:
    frame = sums([("a", share(100, 1000))], "proportion")
    frame["missing_reason"] = "the experiment has one arm"
    found = estimates(frame)
    assert len(found) == 1
    assert found[["lift", "p_value", "sample_ratio_p_value"]].isna().all(axis=None)
    assert estimates(frame.iloc[:0]).empty


EXPERIMENTS = 1000
PERSONS = 2500


def simulated(arms: int, lift: float, kind: str) -> pd.DataFrame:
    """Estimates of simulated experiments: 12 in 100 respond, or 40 spend skewed amounts."""
    draw = np.random.default_rng(20260101)
    shape = (arms, EXPERIMENTS, PERSONS)
    effect = np.array([1.0] + [1 + lift] * (arms - 1))[:, None, None]
    if kind == "proportion":
        outcomes = draw.random(shape) < 0.12 * effect
    else:
        outcomes = draw.exponential(100, shape) * (draw.random(shape) < 0.4) * effect
    frames = [
        sums(list(zip("abcd"[:arms], outcomes[:, number], strict=True)), kind, str(number))
        for number in range(EXPERIMENTS)
    ]
    return estimates(pd.concat(frames, ignore_index=True)).dropna(subset="p_value")


@pytest.mark.parametrize(
    ("lift", "kind"), [(0.0, "proportion"), (0.15, "proportion"), (0.1, "mean")]
)
def test_intervals_cover_the_truth_as_often_as_they_promise(lift: float, kind: str) -> None:
    found = simulated(2, lift, kind)
    assert len(found) == EXPERIMENTS
    covered = (found["relative_lift_low"] <= lift) & (lift <= found["relative_lift_high"])
    assert 0.93 <= covered.mean() <= 0.97


def test_where_nothing_works_few_experiments_call_an_effect() -> None:
    found = simulated(3, 0.0, "proportion")
    called = found["adjusted_p_value"] < 0.05
    assert called.groupby(found["experiment_id"]).any().mean() <= 0.05
    # Without the adjustment, more would: the arms have two chances.
    assert (found["p_value"] < 0.05).groupby(found["experiment_id"]).any().mean() > 0.06


def test_what_works_is_called() -> None:
    assert (simulated(2, 0.3, "proportion")["adjusted_p_value"] < 0.05).mean() > 0.9
