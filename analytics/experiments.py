"""Tests of experiments from sums: lifts, intervals, p values, sample ratios, variance reduction."""

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from tea_tasting.aggr import Aggregates

CONFIDENCE = 0.95
# What the minimum detectable lift is detected with.
POWER = 0.8
# Below these the normal approximation is no approximation: of persons in an arm, and of those with
# and without the outcome of a proportion.
PERSONS_AT_LEAST = 30
OUTCOMES_AT_LEAST = 5

_CELL = ["experiment_id", "segment", "metric_id"]
_NOISE = 1e-7
_OUTCOME, _DENOMINATOR, _BASELINE = "outcome", "denominator", "baseline"
_NUMBERS = (
    "lift",
    "lift_low",
    "lift_high",
    "relative_lift",
    "relative_lift_low",
    "relative_lift_high",
    "p_value",
    "minimum_detectable_lift",
    "variance_reduction",
    "cuped_relative_lift",
    "cuped_relative_lift_low",
    "cuped_relative_lift_high",
    "cuped_p_value",
)


def estimates(int_experiment_sums: "pd.DataFrame") -> "pd.DataFrame":
    """Each arm of each experiment against its control, by tea-tasting.

    Proportions are compared by the pooled z test, with an interval of the risk ratio on the
    logarithm (Katz et al. 1978); means by Welch's test; ratios of sums by Welch's test on the
    delta method's variance (Deng et al. 2018). CUPED (Deng et al. 2013) is the same with what
    persons did before the experiment as covariate. Sample ratios are tested by chi-squared against
    the planned split. P values are adjusted after Benjamini and Hochberg (1995) within a family:
    all arms and segments of an experiment, for the metric that decides, and likewise for all
    secondary metrics and for all guardrails together.

    Args:
        int_experiment_sums: one row per experiment x metric x arm x segment, as the model says.

    Returns:
        One row per row given: its key, sample_ratio_p_value (of experiment x segment), and of arms
        that are no control lift and its 95 % interval in the unit of the metric, the same relative
        to the control, p_value, adjusted_p_value, the relative lift that would be detected with a
        power of 80 % (minimum_detectable_lift), and with CUPED the relative lift, interval, p value
        and the share of variance that it takes away. Null where they cannot be had;
        missing_reason then ends the sentence 'Not measurable: ...'.
    """
    import pandas as pd

    key = [*_CELL, "arm"]
    # Sums of doubles depend on their order in the last digit.
    sums = int_experiment_sums.sort_values(key, ignore_index=True)
    rows = sums[[*key, "metric_role"]].merge(_sample_ratios(sums), on=["experiment_id", "segment"])
    measurable = sums[sums["missing_reason"].isna()]
    pairs = measurable[~measurable["is_control"]].merge(
        measurable[measurable["is_control"]], on=_CELL, suffixes=("", "_control")
    )
    # One step a comparison, of which an experiment has dozens; persons were summed in SQL.
    compared = pd.DataFrame(
        [_compared(pair) for pair in pairs.to_dict("records")],
        columns=[*key, *_NUMBERS, "missing_reason"],
    )
    rows = rows.merge(compared.astype(dict.fromkeys(_NUMBERS, "float64")), on=key, how="left")
    rows["adjusted_p_value"] = rows.groupby(["experiment_id", "metric_role"])["p_value"].transform(
        _adjusted
    )
    return rows.drop(columns="metric_role")


def _sample_ratios(sums: "pd.DataFrame") -> "pd.DataFrame":
    """How likely arms of such sizes are under the planned split, per experiment x segment."""
    import pandas as pd
    from scipy.stats import chi2

    arms = sums.drop_duplicates(["experiment_id", "segment", "arm"])
    cells = arms.groupby(["experiment_id", "segment"], sort=False)
    planned = arms["split"] / cells["split"].transform("sum")
    expected = planned * cells["person_count"].transform("sum")
    apart = ((arms["person_count"] - expected) ** 2 / expected).where(expected > 0)
    found = pd.DataFrame(
        {
            "experiment_id": arms["experiment_id"],
            "segment": arms["segment"],
            "apart": apart,
            "arms": (expected > 0).astype("int64"),
        }
    )
    tested = found.groupby(["experiment_id", "segment"], sort=False, as_index=False).sum()
    p_values = chi2.sf(tested["apart"], (tested["arms"] - 1).clip(lower=1))
    tested["sample_ratio_p_value"] = pd.Series(p_values, tested.index).where(tested["arms"] > 1)
    return tested[["experiment_id", "segment", "sample_ratio_p_value"]]


def _compared(pair: dict[Any, Any]) -> dict[Any, Any]:
    """One arm against the control: what `estimates` returns of it but the adjusted p value."""
    row = {name: pair[name] for name in (*_CELL, "arm")}
    reason = _reason(pair)
    if reason:
        return {**row, "missing_reason": reason}
    control, treatment = _aggregates(pair, "_control"), _aggregates(pair, "")
    ratio = _DENOMINATOR if pair["kind"] == "ratio" else None
    variances = [each.ratio_var(_OUTCOME, ratio) / each.count() for each in (control, treatment)]
    error = math.sqrt(max(sum(variances), 0.0))
    # Squares keep some fifteen digits, so their roots half of them: less is no variation.
    if error <= _NOISE * max(abs(each.mean(_OUTCOME)) for each in (control, treatment)):
        return {**row, "missing_reason": "the outcome does not vary"}
    return {**row, "missing_reason": None, **_tested(pair, control, treatment, ratio, error)}


def _reason(pair: dict[Any, Any]) -> str | None:
    """Why an arm cannot be compared with the control."""
    both = ("", "_control")
    if any(pair[f"person_count{side}"] < PERSONS_AT_LEAST for side in both):
        return f"an arm has fewer than {PERSONS_AT_LEAST} persons"
    if pair["kind"] == "proportion":
        with_it = [pair[f"outcome_sum{side}"] for side in both]
        without = [pair[f"person_count{side}"] - pair[f"outcome_sum{side}"] for side in both]
        if min(*with_it, *without) < OUTCOMES_AT_LEAST:
            return f"an arm has fewer than {OUTCOMES_AT_LEAST} persons with or without the outcome"
    if any(pair[f"denominator_sum{side}"] <= 0 for side in both):
        return "an arm has nothing to divide by"
    if all(pair[f"outcome_square_sum{side}"] == 0 for side in both):
        return "nobody did what the metric sums"
    return None


def _tested(
    pair: dict[Any, Any],
    control: "Aggregates",
    treatment: "Aggregates",
    ratio: str | None,
    error: float,
) -> dict[Any, Any]:
    """The numbers of a comparison that can be had."""
    from scipy.stats import norm
    from tea_tasting.metrics import Proportion, RatioOfMeans

    options: dict[str, Any] = {"confidence_level": CONFIDENCE, "equal_var": False, "use_t": True}
    found: Any
    found = plain = RatioOfMeans(_OUTCOME, ratio, **options).analyze_aggregates(control, treatment)
    p_value = found.pvalue
    if pair["kind"] == "proportion":
        options_of_shares: dict[str, Any] = {
            "method": "norm",
            "correction": False,
            "confidence_level": CONFIDENCE,
        }
        found, pooled = (
            Proportion(_OUTCOME, equal_var=equal, **options_of_shares).analyze_aggregates(
                control, treatment
            )
            for equal in (False, True)
        )
        p_value = pooled.pvalue
    detectable = float(norm.isf(pair["alpha"] / 2) + norm.isf(1 - POWER)) * error
    numbers = {
        "lift": found.effect_size,
        "lift_low": found.effect_size_ci_lower,
        "lift_high": found.effect_size_ci_upper,
        "p_value": p_value,
    }
    # A change relative to nothing, or to a loss, says nothing.
    if min(plain.control, plain.treatment) > 0:
        numbers |= _relative(found, "") | {"minimum_detectable_lift": detectable / plain.control}
    if control.var(_BASELINE) + treatment.var(_BASELINE) > 0:
        cuped = RatioOfMeans(_OUTCOME, ratio, _BASELINE, **options).analyze_aggregates(
            control, treatment
        )
        width = cuped.effect_size_ci_upper - cuped.effect_size_ci_lower
        plain_width = plain.effect_size_ci_upper - plain.effect_size_ci_lower
        numbers |= {
            "cuped_p_value": cuped.pvalue,
            "variance_reduction": 1 - (width / plain_width) ** 2,
        }
        if min(cuped.control, cuped.treatment) > 0:
            numbers |= _relative(cuped, "cuped_")
    return numbers


def _relative(result: Any, prefix: str) -> dict[Any, Any]:
    return {
        f"{prefix}relative_lift": result.rel_effect_size,
        f"{prefix}relative_lift_low": result.rel_effect_size_ci_lower,
        f"{prefix}relative_lift_high": result.rel_effect_size_ci_upper,
    }


def _aggregates(pair: dict[Any, Any], side: str) -> "Aggregates":
    """Count, means, variances and covariances of an arm from its sums."""
    from tea_tasting.aggr import Aggregates

    count = int(pair[f"person_count{side}"])
    names = (_OUTCOME, _DENOMINATOR, _BASELINE)
    sums = {name: float(pair[f"{name}_sum{side}"]) for name in names}

    def spread(product_sum: str, left: str, right: str) -> float:
        if count < 2:
            return 0.0
        return (float(pair[f"{product_sum}{side}"]) - sums[left] * sums[right] / count) / (
            count - 1
        )

    return Aggregates(
        count_=count,
        mean_={name: sums[name] / max(count, 1) for name in names},
        # Rounding may leave a hair below zero.
        var_={name: max(spread(f"{name}_square_sum", name, name), 0.0) for name in names},
        cov_={
            (_OUTCOME, _DENOMINATOR): spread("outcome_denominator_sum", _OUTCOME, _DENOMINATOR),
            (_OUTCOME, _BASELINE): spread("outcome_baseline_sum", _OUTCOME, _BASELINE),
            (_DENOMINATOR, _BASELINE): spread("denominator_baseline_sum", _DENOMINATOR, _BASELINE),
        },
    )


def _adjusted(p_values: "pd.Series[float]") -> "pd.Series[float]":
    """Adjusted after Benjamini and Hochberg; what is missing stays so and is no test."""
    import pandas as pd
    from scipy.stats import false_discovery_control

    known = p_values.dropna()
    adjusted = false_discovery_control(known) if len(known) else known
    return pd.Series(adjusted, known.index, dtype="float64").reindex(p_values.index)
