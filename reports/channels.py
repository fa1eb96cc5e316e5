"""What the page draws of channel operations: rows of the channels mart in, charts out."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from reports.charts import Axis, Chart, Mark, axis_of, wilson
from reports.drawings import GRADES, MEMBERS_AT_MOST, Draw, Drawing, graded
from reports.published import Period, Published, Row
from reports.wording import part, shown, term, words

FUNNELS = {
    "product": ("From a product's page to its payment", "商品转化漏斗"),
    "checkout": ("From checkout to payment", "结账转化漏斗"),
}


def answered(key: str, question_id: str, scopes: list[str], names: tuple[str, str, str]) -> Draw:
    """Answers of a question beside each other, with their intervals.

    Args:
        scopes: which, from first to last.
        names: title, Chinese title, and what a reader has to know.
    """

    def draw(published: Published, period: Period) -> list[Chart]:
        return [_answers(published, period, key, question_id, scopes, names)]

    return draw


def speeds(published: Published, period: Period) -> list[Chart]:
    """How many bounce off a landing page, by how long it took to load."""
    bands = published.connection.execute("""
        select distinct load_band_number, load_from_ms / 1000, load_below_ms / 1000
        from channels.fct_page_speed_outcomes
        order by load_band_number
    """).fetchall()
    written = {
        f"bounce_band_{number:02d}": (
            (f"{start:g} to {end:g} s", f"{start:g}至{end:g}秒")
            if end
            else (f"{start:g} s and more", f"{start:g}秒以上")
        )
        for number, start, end in bands
    }
    names = (
        "Bounces by load time",
        "加载时间与跳出率",
        "Share of visits that bounce off their landing page, at equal source and device. "
        "Whisker: 95%",
    )
    return [_answers(published, period, "speeds", "K039", [*written], names, written)]


def _answers(
    published: Published,
    period: Period,
    key: str,
    question_id: str,
    scopes: Sequence[str],
    names: tuple[str, str, str],
    written: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> Chart:
    """A bar for each answer, named by its label unless it is `written` otherwise."""
    found = [published.answer(period.period, question_id, scope) for scope in scopes]
    known = [each for each in found if each is not None]
    measured = [each for each in known if each.value is not None]
    axis = axis_of([
        *(each.value or 0 for each in measured),
        *(each.ci_high for each in measured if each.ci_high is not None),
    ])  # fmt: skip
    marks = []
    for each in measured:
        value = each.value or 0
        start, size = axis.bar(0, value)
        details = [("Value", shown(value, each.unit))]
        details += [("n", f"{each.n:,}")] if each.n is not None else []
        span = None
        if each.ci_low is not None and each.ci_high is not None:
            span = axis.bar(each.ci_low, each.ci_high)
            interval = f"{shown(each.ci_low, each.unit)} to {shown(each.ci_high, each.unit)}"
            details.append(("95% interval", interval))
        ticks = []
        before = each.comparison_value
        if each.comparison in published.periods and before is not None:
            ticks = [("year before", axis.at(before))]
            details.append((f"In {each.comparison}", shown(before, each.unit)))
        details.append(("Grade", f"{each.evidence_grade}, {GRADES[each.evidence_grade]}"))
        marks.append(
            Mark(
                *written.get(each.scope, (each.label_en, each.label_zh)),
                shown(value, each.unit),
                details,
                start,
                size,
                "plus",
                question_id=question_id,
                ticks=ticks,
                span=span,
            )
        )
    reasons = dict.fromkeys(each.note for each in known if each.value is None and each.note)
    title, title_zh, note = names
    missing = " ".join(reasons) or ("" if known else "Not measurable: no answer is known.")
    return Chart(key, "bars", title, title_zh, marks, axis.zero, note, missing)


def funnels(published: Published, period: Period) -> list[Chart]:
    """How many of those who begin reach each step, in order and in time."""
    counts: dict[tuple[str, int], Row] = {}
    for row in published.rows("channels.fct_funnel_segments", period.period):
        # Each kind of segment holds everybody once.
        if row["segment_kind"] == "terminal":
            step = counts.setdefault(
                (row["funnel_id"], row["step_number"]),
                {**row, "entrant_count": 0, "converted_count": 0},
            )
            step["entrant_count"] += row["entrant_count"]
            step["converted_count"] += row["converted_count"]
    return [
        _funnel(
            published,
            funnel_id,
            [row for _, row in sorted(counts.items()) if row["funnel_id"] == funnel_id],
        )
        for funnel_id in FUNNELS
    ]


def _funnel(published: Published, funnel_id: str, steps: list[Row]) -> Chart:
    title, title_zh = FUNNELS[funnel_id]
    axis = axis_of([1.0])
    begun = steps[0]["entrant_count"] if steps else 0
    marks = []
    if begun:
        marks.append(
            Mark(
                words(steps[0]["step_name"]),
                term(steps[0]["step_name"]),
                f"{begun:,}",
                [("Began", f"{begun:,}"), graded(published, "K151")],
                *axis.bar(0, 1),
                "base",
                question_id="K151",
            )
        )
        marks += [_step(published, row, begun, axis) for row in steps]
    note = "Share of those who begin that reaches a step, in order and in time"
    missing = "" if marks else "Not measurable: nobody is known to have begun in this period."
    return Chart(f"funnel_{funnel_id}", "bars", title, title_zh, marks, axis.zero, note, missing)


def _step(published: Published, row: Row, begun: int, axis: Axis) -> Mark:
    reached, entered = row["converted_count"], row["entrant_count"]
    details = [("Reached", f"{reached:,}"), ("Of those who began", shown(reached / begun, "share"))]
    if entered:
        low, high = wilson(reached, entered)
        details += [
            ("Of the step before", f"{shown(reached / entered, 'share')} of {entered:,}"),
            ("95% interval", f"{shown(low, 'share')} to {shown(high, 'share')}"),
        ]
    return Mark(
        words(row["next_step_name"]),
        term(row["next_step_name"]),
        shown(reached / begun, "share"),
        [*details, graded(published, "K151")],
        *axis.bar(0, reached / begun),
        "plus",
        question_id="K151",
    )


def experiments(published: Published, period: Period) -> list[Chart]:
    """The relative lift that each arm brought to its experiment's primary metric."""
    rows = published.select(
        "channels.fct_experiment_results",
        "metric_role = 'primary' and segment = 'all' and not is_control "
        "and started_at < ? and ended_at >= ?",
        period.end_date,
        period.start_date,
    )
    measured = [row for row in rows if row["relative_lift"] is not None]
    axis = axis_of([
        row[column]
        for row in measured
        for column in ("relative_lift", "relative_lift_low", "relative_lift_high")
    ])  # fmt: skip
    left_out = [
        f"{row['experiment_name']}, {words(row['arm'])}: {row['missing_reason']}."
        for row in rows
        if row["relative_lift"] is None
    ]
    missing = f"Not measurable: {' '.join(left_out)}" if left_out else ""
    return [
        Chart(
            "experiments",
            "bars",
            "Experiments",
            "A/B测试结果",
            [_arm(row, axis) for row in measured],
            axis.zero,
            "Relative lift of the primary metric against the control. Whisker: 95%. "
            "In colour: called an effect, blue if it is good",
            missing if rows else "Not measurable: no experiment ran in this period.",
        )
    ]


def _arm(row: Row, axis: Axis) -> Mark:
    lift, low, high = (
        float(row[column])
        for column in ("relative_lift", "relative_lift_low", "relative_lift_high")
    )
    called = "no effect is called: chance alone may show such a lift"
    if row["has_sample_ratio_mismatch"]:
        called = "no: the arms do not have the numbers of persons that they should"
    elif row["is_called"]:
        called = "an effect"
    metric = words(row["metric_id"])
    details = [
        ("Metric", metric),
        ("Lift", shown(lift, "relative_change")),
        ("95% interval", f"{shown(low, 'relative_change')} to {shown(high, 'relative_change')}"),
        ("Adjusted p", f"{row['adjusted_p_value']:.4f}"),
        ("Called", called),
        ("Persons", f"{row['person_count']:,}, {row['several_arms_person_count']:,} left out"),
        ("Detectable", f"from {shown(row['minimum_detectable_lift'], 'relative_change')} on"),
        ("Ran", f"{row['started_at']:%Y-%m-%d} to {row['ended_at']:%Y-%m-%d}"),
        ("Grade", f"A, {GRADES['A']}"),
    ]
    is_good = (lift >= 0) == (row["direction"] == "increase")
    tone = ("plus" if is_good else "minus") if row["is_called"] else "base"
    mark = " ⚠" if row["has_sample_ratio_mismatch"] else ""
    return Mark(
        f"{row['experiment_name']}: {words(row['arm'])}{mark}",
        "",
        shown(lift, "relative_change"),
        details,
        *axis.bar(0, lift),
        tone,
        span=axis.bar(low, high),
    )


def losses(published: Published, period: Period) -> list[Chart]:
    """The steps where a segment passes less often than the best one, by what that may cost."""
    rows = published.rows("channels.fct_loss_nodes", period.period)
    known = [row for row in rows if row["lost_amount"] is not None and row["lost_amount"] > 0]
    known.sort(key=lambda row: (-row["lost_amount"], row["segment_kind"], row["segment"]))
    kept = known[:MEMBERS_AT_MOST]
    axis = axis_of([float(row["lost_high_amount"]) for row in kept])
    note = (
        f"The {len(kept)} largest of {len(known)}: those who enter a step, times what the rate of "
        "the best segment is above theirs, times the value of an order. Whisker: 95%. In colour: "
        "more than chance explains"
    )
    missing = "" if kept else "Not measurable: no segment is known to pass a step less often."
    marks = [_loss(published, row, axis) for row in kept]
    return [
        Chart("losses", "bars", "Where money is lost", "流失节点", marks, axis.zero, note, missing)
    ]


def _loss(published: Published, row: Row, axis: Axis) -> Mark:
    lost, low, high = (
        float(row[column]) for column in ("lost_amount", "lost_low_amount", "lost_high_amount")
    )
    own = row["converted_count"] / row["entrant_count"]
    best = row["best_converted_count"] / row["best_entrant_count"]
    segment, segment_zh = published.names(row["segment"])
    details = [
        ("Lost", shown(lost, "money")),
        ("95% interval", f"{low:,.0f} to {high:,.0f}"),
        ("Passes", f"{shown(own, 'share')} of {row['entrant_count']:,}"),
        (f"Passes of {words(row['best_segment'])}", shown(best, "share")),
        ("Value of an order", part(float(row["order_value_amount"]))),
        ("Adjusted p", f"{row['adjusted_p_value']:.4f}"),
        graded(published, "K151"),
    ]
    return Mark(
        f"{segment}: {words(row['step_name'])} to {words(row['next_step_name']).lower()}",
        segment_zh,
        f"{lost:,.0f}",
        details,
        *axis.bar(0, lost),
        "minus" if row["is_significant"] else "base",
        question_id="K151",
        span=axis.bar(max(low, 0.0), high),
    )


DRAWINGS: dict[str, list[Drawing]] = {
    "02-1": [
        Drawing(
            "review.fct_answers",
            "The sources of traffic",
            answered(
                "sources",
                "K036",
                ["search", "recommendation", "direct", "other"],
                (
                    "Sources of sessions",
                    "流量来源",
                    "Share of all sessions. Whisker: 95%. Line: the year before",
                ),
            ),
        ),
        Drawing("channels.fct_page_speed_outcomes", "Bounces by load time", speeds),
    ],
    "02-2": [
        Drawing("channels.fct_funnel_segments", "The funnels", funnels),
        Drawing(
            "review.fct_answers",
            "Abandoned carts",
            answered(
                "carts",
                "K045",
                ["before", "after"],
                (
                    "Abandoned carts, before and after the checkout changed",
                    "购物车放弃率",
                    "Share of carts without a payment within 24 hours. Whisker: 95%",
                ),
            ),
        ),
        Drawing("channels.fct_experiment_results", "The experiments", experiments),
        Drawing(
            "review.fct_answers",
            "The speed of customer service",
            answered(
                "service",
                "K047",
                ["before_mean", "after_mean", "human_mean", "bot_mean"],
                (
                    "First reply of customer service",
                    "客服首次响应时长",
                    "Mean seconds within service hours. Whisker: 95%. Line: the year before",
                ),
            ),
        ),
        Drawing("channels.fct_loss_nodes", "Where money is lost", losses),
    ],
}
