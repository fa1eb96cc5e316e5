"""What each chart of the page shows: rows of a mart in, a chart out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import accumulate
from typing import SupportsFloat

from reports.charts import Axis, Chart, Mark, axis_of, waterfall_axis, wilson
from reports.published import Period, Published, Row
from reports.wording import NOTHING, period_names, shown, signed, term, words

MEMBERS_AT_MOST = 12
MONTHS_SHOWN = 12
GRADES = {"A": "randomised", "B": "quasi-experiment", "C": "comparison", "D": "description"}
COMPARISONS = {
    "yoy": ("year on year", "同比"),
    "qoq": ("against the period before", "环比"),
    "yoy_aligned": ("year on year, festivals aligned", "同比（节日对齐）"),
}

# Bridge -> its drivers from first to last, its names, and the question that it answers.
BRIDGES = {
    "price_volume_mix": (
        ["volume", "price", "mix", "promotion", "new", "exited"],
        "Volume, price and mix",
        "量价结构",
        "K016",
    ),
    "driver_tree": (
        ["traffic", "conversion", "buyers", "frequency", "basket", "returns"],
        "Traffic to returns",
        "流量至退货",
        "K016",
    ),
    "availability_brand": (
        ["in_stock", "partner_brands", "other_brands"],
        "Availability and brands",
        "供应与品牌",
        "K020",
    ),
}

Draw = Callable[[Published, Period], list[Chart]]


@dataclass(frozen=True)
class Drawing:
    """Charts of a subsection, and the table that they need.

    Attributes:
        name: what is missing from the page without the table.
    """

    table: str
    name: str
    draw: Draw


def graded(published: Published, question_id: str) -> tuple[str, str]:
    """A question's grade as a line of details."""
    grade = published.grade(question_id)
    return "Grade", f"{grade}, {GRADES[grade]}"


def months(published: Published, period: Period) -> list[Chart]:
    """Sales of the months up to the period's last, each with its year before."""
    known = [
        each
        for each in published.periods.values()
        if each.period_kind == "month" and each.end_date <= period.end_date
    ][-MONTHS_SHOWN:]
    answers = [
        (each, answer)
        for each in known
        if (answer := published.answer(each.period, "K001", "gmv_paid")) is not None
        and answer.value is not None
    ]
    if not answers:
        return []
    axis = axis_of([
        *(answer.value or 0 for _, answer in answers),
        *(answer.comparison_value or 0 for _, answer in answers),
    ])  # fmt: skip
    marks = []
    for each, answer in answers:
        value = answer.value or 0
        before = answer.comparison_value
        details = [("Paid value", shown(value, answer.unit))]
        if before is not None:
            details.append((f"In {answer.comparison}", shown(before, answer.unit)))
        details.append(("Grade", f"{answer.evidence_grade}, {GRADES[answer.evidence_grade]}"))
        if not each.is_complete:
            details.append(("Covers", "a part of the month"))
        start, size = axis.bar(0, value)
        name, name_zh = period_names(each.period, "month")
        within = period.start_date <= each.start_date
        marks.append(
            Mark(
                name=name[:3] if each.start_date.month > 1 else f"{name[:3]} {each.period[2:4]}",
                name_zh=name_zh,
                text=shown(value, answer.unit),
                details=details,
                start=start,
                size=size,
                tone="plus" if within else "base",
                question_id="K001",
                ticks=[] if before is None else [("year before", axis.at(before))],
            )
        )
    top = max(answer.value or 0 for _, answer in answers)
    note = f"Months up to the period's end; the line is the year before. Highest: {top:,.0f}"
    return [Chart("months", "columns", "Paid sales by month", "月度支付金额", marks, 0, note)]


def bridges(published: Published, period: Period) -> list[Chart]:
    """Every bridge of all sales between the period and one before it, as a waterfall."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in published.rows("sales.fct_growth_drivers", period.period):
        if row["dimension"] == "total":
            groups.setdefault((row["bridge"], row["comparison"]), []).append(row)
    charts = [
        _bridge(published, period, bridge, comparison, groups[bridge, comparison])
        for bridge in BRIDGES
        for comparison in COMPARISONS
        if (bridge, comparison) in groups
    ]
    if charts:
        return charts
    why = why_no_growth(published, period)
    return [Chart("bridge", "waterfall", "Bridges of growth", "增长归因", [], missing=why)]


def _bridge(
    published: Published, period: Period, bridge: str, comparison: str, rows: list[Row]
) -> Chart:
    drivers, title, title_zh, question = BRIDGES[bridge]
    how, how_zh = COMPARISONS[comparison]
    drawn = Chart(
        key=f"{bridge}_{comparison}",
        kind="waterfall",
        title=f"{title}, {how}",
        title_zh=f"{title_zh} {how_zh}",
        marks=[],
    )
    reasons = sorted({row["missing_reason"] for row in rows if row["missing_reason"]})
    if reasons:
        return replace(drawn, missing=f"Not measurable: {'; '.join(reasons)}.")
    rows = sorted(rows, key=lambda row: drivers.index(row["driver"]))
    first = rows[0]
    base, value = float(first["base_amount"]), float(first["value_amount"])
    levels = [base, *accumulate((float(row["effect_amount"]) for row in rows), initial=base)]
    axis = waterfall_axis([*levels, value])
    measure = words(first["measure"])

    def total(name: str, amount: float) -> Mark:
        start, size = axis.bar(max(0.0, axis.low), amount)
        details = [(measure, shown(amount, "money")), graded(published, question)]
        return Mark(name, "", f"{amount:,.0f}", details, start, size, "total", question_id=question)

    parts = []
    for row, level in zip(rows, levels[1:], strict=False):
        effect = float(row["effect_amount"])
        start, size = axis.bar(level, level + effect)
        details = [
            ("Part of the change", signed(effect, 2)),
            ("Change in all", signed(row["change_amount"], 2)),
        ]
        if row["contribution_rate"] is not None:
            details.append(("Contribution", shown(row["contribution_rate"], "percentage_points")))
        parts.append(
            Mark(
                words(row["driver"]),
                term(row["driver"]),
                signed(effect, 0),
                [*details, graded(published, question)],
                start,
                size,
                "plus" if effect >= 0 else "minus",
                question_id=question,
            )
        )
    cut = "" if axis.zero is not None else f"; the axis begins at {axis.low:,.0f}, not at zero"
    return replace(
        drawn,
        marks=[total(str(first["base_period"]), base), *parts, total(period.period, value)],
        zero=axis.zero,
        note=f"{measure}; the parts add up to the change to the cent{cut}",
    )


def contributions(dimension: str, title: str, title_zh: str, question_id: str) -> Draw:
    """What each member of a dimension added to growth against the year before."""

    def draw(published: Published, period: Period) -> list[Chart]:
        rows = [
            row
            for row in published.rows("sales.fct_sales_growth", period.period)
            if (row["dimension"], row["measure"], row["comparison"])
            == (dimension, "gmv_paid", "yoy")
            and row["contribution_rate"] is not None
        ]
        rows.sort(key=lambda row: (-row["contribution_rate"], row["member"]))
        shown_rows = _with_others(rows)
        axis = axis_of([row["contribution_rate"] for row in shown_rows])
        marks = [_contribution(published, row, axis, question_id) for row in shown_rows]
        return [
            Chart(
                f"contribution_{dimension}",
                "bars",
                title,
                title_zh,
                marks,
                axis.zero,
                "Percentage points of the shop's growth of paid value, year on year; they add up",
                "" if marks else why_no_growth(published, period),
            )
        ]

    return draw


def _with_others(rows: list[Row]) -> list[Row]:
    """All rows, or those that moved most and the sum of the others."""
    if len(rows) <= MEMBERS_AT_MOST:
        return rows
    by_weight = sorted(rows, key=lambda row: -abs(row["contribution_rate"]))
    kept = by_weight[: MEMBERS_AT_MOST - 1]
    rest = by_weight[MEMBERS_AT_MOST - 1 :]
    other: Row = {"member": f"{len(rest)} others", "benchmark_growth_rate": None}
    for column in ("value_amount", "base_amount", "change_amount", "contribution_rate"):
        other[column] = sum(row[column] for row in rest)
    base = other["base_amount"]
    other["growth_rate"] = float(other["change_amount"]) / float(base) if base > 0 else None
    other["base_period"] = rest[0]["base_period"]
    return [*(row for row in rows if row in kept), other]


def _contribution(published: Published, row: Row, axis: Axis, question_id: str) -> Mark:
    rate = float(row["contribution_rate"])
    name, name_zh = published.names(row["member"])
    start, size = axis.bar(0, rate)
    details = [
        ("Contribution", shown(rate, "percentage_points")),
        ("Paid value", shown(float(row["value_amount"]), "money")),
        (f"In {row['base_period']}", shown(float(row["base_amount"]), "money")),
        ("Change", signed(row["change_amount"], 2)),
        (
            "Growth",
            shown(row["growth_rate"], "relative_change")
            if row["growth_rate"] is not None
            else "not measurable: nothing was sold before",
        ),
    ]
    if row["benchmark_growth_rate"] is not None:
        details.append(("Industry", shown(row["benchmark_growth_rate"], "relative_change")))
    details.append(graded(published, question_id))
    return Mark(
        name,
        name_zh,
        shown(rate, "percentage_points"),
        details,
        start,
        size,
        "plus" if rate >= 0 else "minus",
        question_id=question_id,
    )


def attainment(scope_type: str, title: str, title_zh: str, question_id: str) -> Draw:
    """Targets with what is reached of them, what was planned by then, and where they land."""

    def draw(published: Published, period: Period) -> list[Chart]:
        rows = [
            row
            for row in published.rows("sales.fct_target_attainment", period.period)
            if row["scope_type"] == scope_type
        ]
        measured = [row for row in rows if row["attainment_rate"] is not None]
        reasons = dict.fromkeys(
            f"{words(row['metric_id'])}: {row['missing_reason']}."
            for row in rows
            if row["attainment_rate"] is None
        )
        missing = [f"Not measurable: {' '.join(reasons)}"] if reasons else []
        if not rows:
            missing = ["Not measurable: no target covers this period."]
        measured.sort(key=lambda row: (row["metric_id"], -row["target_value"], row["scope_id"]))
        if len(measured) > MEMBERS_AT_MOST:
            missing.append(f"{len(measured) - MEMBERS_AT_MOST} smaller targets are not drawn.")
            measured = measured[:MEMBERS_AT_MOST]
        axis = axis_of([1.0, *(share for row in measured for share in _shares(row))])
        return [
            Chart(
                f"attainment_{scope_type}",
                "bullets",
                title,
                title_zh,
                [_target(published, row, axis, question_id) for row in measured],
                axis.zero,
                "Bar: reached. Line: planned by then, as phased. Whisker: expected landing, 95%. "
                "Dotted: the target",
                " ".join(missing),
                axis.at(1),
            )
        ]

    return draw


def _shares(row: Row) -> list[float]:
    target = float(row["target_value"])
    return [float(row["attainment_rate"])] + [
        float(row[column]) / target
        for column in ("phased_plan_value", "landing_low_value", "landing_high_value")
        if row[column] is not None and target
    ]


def _target(published: Published, row: Row, axis: Axis, question_id: str) -> Mark:
    target = float(row["target_value"])
    rate = float(row["attainment_rate"])
    scope, scope_zh = published.names(row["scope_id"])
    metric, metric_zh = words(row["metric_id"]), term(row["metric_id"])
    is_company = row["scope_type"] == "company"

    def of_target(column: str) -> float | None:
        return float(row[column]) / target if row[column] is not None and target else None

    plan, low, high = map(
        of_target, ("phased_plan_value", "landing_low_value", "landing_high_value")
    )
    details = [
        ("Measure", metric),
        ("Reached", f"{row['reached_value']:,.2f}"),
        ("Runs", f"{row['target_start_date']} to {row['target_end_date'] - timedelta(days=1)}"),
        ("Target", f"{target:,.2f}, set {row['set_date']}, version {row['version_number']}"),
        ("Attainment", shown(rate, "share")),
        ("To linear plan", shown(row["linear_gap_rate"], "percentage_points")),
        (
            "To phased plan",
            shown(row["phased_gap_rate"], "percentage_points")
            if row["phased_gap_rate"] is not None
            else f"not measurable: {row['missing_phasing_reason']}",
        ),
        (
            "Expected landing",
            f"{row['landing_value']:,.0f} ({row['landing_low_value']:,.0f} to "
            f"{row['landing_high_value']:,.0f}), {row['month_count']} months"
            if row["landing_value"] is not None
            else f"not measurable: {row['missing_landing_reason']}",
        ),
        graded(published, question_id),
    ]
    start, size = axis.bar(0, rate)
    return Mark(
        name=metric if is_company else scope,
        name_zh=metric_zh if is_company else scope_zh,
        text=shown(rate, "share"),
        details=details,
        start=start,
        size=size,
        tone="plus" if plan is None or rate >= plan else "minus",
        question_id=question_id,
        ticks=[] if plan is None else [("phased plan", axis.at(plan))],
        span=None if low is None or high is None else axis.bar(low, high),
    )


def promotions(published: Published, period: Period) -> list[Chart]:
    """What the promotions that began in the period sold beyond ordinary days."""
    rows = published.select(
        "sales.fct_promotions",
        "start_date >= ? and start_date < ?",
        period.start_date,
        period.end_date,
    )
    measured = [row for row in rows if row["uplift_amount"] is not None]
    measured.sort(key=lambda row: -abs(row["uplift_amount"]))
    kept = sorted(measured[:MEMBERS_AT_MOST], key=lambda row: -row["uplift_amount"])
    axis = axis_of([
        float(row[column])
        for row in kept
        for column in ("uplift_amount", "uplift_low_amount", "uplift_high_amount", "effect_amount")
        if row[column] is not None
    ])  # fmt: skip
    reasons = sorted({row["missing_reason"] for row in rows if row["uplift_amount"] is None})
    missing = ""
    if reasons:
        missing = f"Not measurable for {len(rows) - len(measured)}: {'; '.join(reasons)}."
    elif not rows:
        missing = "Not measurable: no promotion began in this period."
    return [
        Chart(
            "promotions",
            "bars",
            "Uplift of promotions",
            "促销增量",
            [_promotion(published, row, axis) for row in kept],
            axis.zero,
            f"The {len(kept)} largest of {len(rows)}. Bar: uplift over ordinary days. "
            "Whisker: 95%. Line: what is left of it after the days that it drew sales from",
            missing,
        )
    ]


def _promotion(published: Published, row: Row, axis: Axis) -> Mark:
    uplift = float(row["uplift_amount"])
    low, high, effect = (
        None if row[column] is None else float(row[column])
        for column in ("uplift_low_amount", "uplift_high_amount", "effect_amount")
    )
    details = [
        ("Form", f"{words(row['promo_type'])}, {row['promo_size']}"),
        (
            "Days",
            f"{row['start_date']} on, {row['day_count']}, measured {row['measured_day_count']}",
        ),
        ("Took part", f"{row['buyer_count']:,} buyers, {row['order_count']:,} orders"),
        ("Sold with it", shown(float(row["promoted_amount"]), "money")),
        ("Sold in all", shown(float(row["measured_amount"]), "money")),
        ("Baseline", f"{row['baseline_amount']:,.2f}, from {row['clean_day_count']} days"),
        ("Uplift", signed(uplift, 2)),
        (
            "95% interval",
            NOTHING if low is None or high is None else f"{signed(low, 0)} to {signed(high, 0)}",
        ),
        ("Days after", _signed(row["after_effect_amount"])),
        ("What is left", _signed(row["effect_amount"])),
        graded(published, "K003"),
    ]
    start, size = axis.bar(0, uplift)
    return Mark(
        name=row["promo_name"],
        name_zh=term(row["promo_type"]),
        text=signed(uplift, 0),
        details=details,
        start=start,
        size=size,
        tone="plus" if uplift >= 0 else "minus",
        question_id="K003",
        ticks=[] if effect is None else [("what is left", axis.at(effect))],
        span=None if low is None or high is None else axis.bar(low, high),
    )


def _signed(amount: SupportsFloat | None) -> str:
    return NOTHING if amount is None else signed(amount, 2)


def payments(published: Published, period: Period) -> list[Chart]:
    """How many attempts to pay fail, by method."""
    methods: dict[str, list[Row]] = {}
    for row in published.select(
        "sales.fct_payment_attempts_daily",
        "business_date >= ? and business_date < ?",
        period.start_date,
        period.end_date,
    ):
        methods.setdefault(row["method"], []).append(row)
    failures = sorted(
        (_failures(method, rows) for method, rows in methods.items()),
        key=lambda each: -each.failed / each.attempts,
    )
    axis = axis_of([each.high for each in failures])
    return [
        Chart(
            "payments",
            "bars",
            "Failed attempts to pay",
            "支付失败率",
            [_payment(published, each, axis) for each in failures],
            axis.zero,
            "Share of the attempts of each method. Whisker: 95%",
            "" if failures else "Not measurable: no attempt to pay is on file for this period.",
        )
    ]


@dataclass(frozen=True)
class _Failures:
    method: str
    attempts: int
    failed: int
    reasons: list[tuple[str, int]]
    low: float
    high: float


def _failures(method: str, rows: list[Row]) -> _Failures:
    attempts = sum(row["attempt_count"] for row in rows)
    reasons: dict[str, int] = {}
    for row in rows:
        if row["status"] == "failed":
            reason = row["fail_reason"]
            reasons[reason] = reasons.get(reason, 0) + row["attempt_count"]
    failed = sum(reasons.values())
    largest = sorted(reasons.items(), key=lambda each: -each[1])
    return _Failures(method, attempts, failed, largest, *wilson(failed, attempts))


def _payment(published: Published, of: _Failures, axis: Axis) -> Mark:
    share = of.failed / of.attempts
    details = [
        ("Failed", shown(share, "share")),
        ("Numerator", f"{of.failed:,}"),
        ("Denominator", f"{of.attempts:,}"),
        ("95% interval", f"{shown(of.low, 'share')} to {shown(of.high, 'share')}"),
        *((f"Because {words(reason).lower()}", f"{count:,}") for reason, count in of.reasons),
        graded(published, "K122"),
    ]
    start, size = axis.bar(0, share)
    return Mark(
        words(of.method),
        term(of.method),
        shown(share, "share"),
        details,
        start,
        size,
        "minus",
        question_id="K122",
        span=axis.bar(of.low, of.high),
    )


def why_no_growth(published: Published, period: Period) -> str:
    """Why a period cannot be compared with the one a year before."""
    if not period.is_complete:
        return "Not measurable: the data does not cover the whole period."
    before = published.periods.get(period.year_ago_period or "")
    if before is None:
        return "Not measurable: the data does not reach back to the period a year before."
    if not before.is_complete:
        return f"Not measurable: the data does not cover the whole of {before.period}."
    return f"Not measurable: nothing was sold in {before.period}."


DRAWINGS: dict[str, list[Drawing]] = {
    "01-1": [
        Drawing("review.fct_answers", "Paid sales by month", months),
        Drawing("sales.fct_promotions", "The uplift of promotions", promotions),
    ],
    "01-2": [
        Drawing("sales.fct_growth_drivers", "The bridge of growth", bridges),
        Drawing(
            "sales.fct_sales_growth",
            "The contribution of categories",
            contributions("category", "Categories", "品类贡献", "K019"),
        ),
        Drawing(
            "sales.fct_sales_growth",
            "The contribution of regions",
            contributions("macro_region", "Regions", "大区贡献", "K024"),
        ),
    ],
    "01-3": [
        *(
            Drawing(
                "sales.fct_target_attainment",
                f"The attainment of {scope_type} targets",
                attainment(scope_type, title, title_zh, question_id),
            )
            for scope_type, title, title_zh, question_id in (
                ("company", "Targets of the company", "公司目标", "K026"),
                ("category", "Targets of categories", "品类目标", "K027"),
                ("region", "Targets of regions", "区域目标", "K027"),
                ("channel", "Targets of channels", "渠道目标", "K027"),
            )
        ),
    ],
}

# What stands beside the subsections: its names, the questions whose answers it shows, its charts.
TOPICS: list[tuple[str, str, list[str], list[Drawing]]] = [
    (
        "Payments",
        "支付",
        ["K122"],
        [Drawing("sales.fct_payment_attempts_daily", "The failures of payments", payments)],
    ),
]
