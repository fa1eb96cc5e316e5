"""What facts add up to, held against what is published and against its own history.

A measure is declared once, with its fact and the day on which its rows count; what a gate expects
of it is made from that. The limits are shares and multiples of what the shop itself shows, with a
floor for chance, so that they fit a hundred orders as well as half a million.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from expectations.suite import Baseline, Expectation, identity

# Rows still arrive for a day that is no older than this when it is published.
LATE_DAYS = 7
# Deletions and corrections touch single orders: a day loses no more of what was published than
# this, and all days together no more than that. A missing file, other signs and shifted clocks do.
LOST_OF_A_DAY_AT_MOST = 0.2
LOST_OF_ALL_AT_MOST = 0.02
# Late rows fill a day that was short; what takes a day beyond its published value, and beyond a
# usual day, by more than this is no late row.
GROWN_OF_A_DAY_AT_MOST = 0.2
GROWN_OF_ALL_AT_MOST = 0.1
# So many rows of average size, or one of the largest, may always change: in a small shop each of
# them is a large share.
FEW_ROWS = 5

# A year of weeks, with its seasons, tells what is usual; a few weeks tell nothing.
WEEKS_OF_HISTORY = 53
WEEKS_AT_LEAST = 8
# Beyond what weeks differ by among themselves and by chance (robust standard deviations), and
# beyond half as much again: promotions move what an order is worth by less.
DEVIATIONS = 3
FACTOR = 1.5
# The same for shares of odd rows, which lie near zero: so many points beyond what is usual.
POINTS = 0.05
# 1.4826 times the median absolute deviation is the standard deviation of a normal distribution.
ROBUST = 1.4826

# Where so many rows are expected, chance leaves none in one of 20,000 cases.
EXPECTED_AT_LEAST = 10
# No closure, holiday or season has left less than a quarter of the emptiest day of a year.
OF_THE_EMPTIEST_DAY_AT_LEAST = 0.25


@dataclass(frozen=True)
class Measure:
    """Something that the rows of a fact add up to, day by day.

    Attributes:
        name: what it is, plural, in snake_case; names of expectations begin with it.
        table: the fact, as `schema.table`.
        day: the column with the day on which a row counts; rows without a day count on none.
        value: the column that is added up.
        key: the column that knows a row again in another version of the fact. None where rows are
            sums themselves: then only whole days are compared.
    """

    name: str
    table: str
    day: str
    value: str
    key: str | None = None

    @property
    def kept_rule(self) -> str:
        """The rule of the seed `exceptions` that accepts its rows and days, of any clock."""
        return f"{self.table.rpartition('.')[2].removeprefix('fct_')}_keep_their_days"

    @property
    def words(self) -> str:
        """The name as it stands in a sentence."""
        return self.name.replace("_", " ")

    def is_published(self, baseline: Baseline) -> bool:
        """Whether the published version has all that is read of it."""
        read = {self.day, self.value, *filter(None, [self.key])}
        return read <= baseline.published_columns.get(self.table, frozenset())


@dataclass(frozen=True)
class History:
    """Something about a fact that its days and weeks have in common.

    Attributes:
        name: as of a measure.
        words: what it is, as the subject of a sentence.
        table: the fact, as `schema.table`.
        day: the column with the day on which a row counts.
        rows: a query of `business_date` and what `value` and `count` read.
        value: an aggregate of the rows, in SQL: a logarithm, or a share if `is_share`.
        count: how many rows or events the aggregate rests on, in SQL: what its chance is made of.
        is_share: whether the value is a share of rows.
    """

    name: str
    words: str
    table: str
    day: str
    rows: str
    value: str
    count: str = "count(*)"
    is_share: bool = False


def typical(name: str, words: str, *, table: str, day: str, value: str) -> History:
    """The typical value of a row: its geometric mean, which one large order hardly moves."""
    positive = f"case when {value} > 0 then {value} end"
    return History(
        name,
        words,
        table,
        day,
        rows=f"select {day} as business_date, {value} from {table}",
        value=f"avg(ln(cast({positive} as double)))",
        count=f"count({positive})",
    )


def ratio(
    name: str, words: str, *, table: str, day: str, part: str, whole: str, rows: str = ""
) -> History:
    """One count against another. Days without a part say nothing: no logarithm has a zero."""
    return History(
        name,
        words,
        table,
        day,
        rows=rows or f"select {day} as business_date, {part}, {whole} from {table}",
        value=f"ln(cast(case when sum({part}) > 0 and sum({whole}) > 0 then sum({part}) end as "
        f"double) / sum({whole}))",
        # The variance of the logarithm is 1 / part + 1 / whole.
        count=f"1.0 / nullif(1.0 / nullif(sum({part}), 0) + 1.0 / nullif(sum({whole}), 0), 0)",
    )


def share(name: str, words: str, *, table: str, day: str, rows: str) -> History:
    """The share of rows that are odd: `rows` tells `business_date` and `is_odd`, 0 or 1."""
    return History(
        name, words, table, day, rows=rows, value="avg(cast(is_odd as double))", is_share=True
    )


def kept(measures: Sequence[Measure], baseline: Baseline) -> Iterator[Expectation]:
    """Days already published keep their values; nothing before the first publication."""
    for measure in measures:
        if measure.is_published(baseline):
            yield identity(
                f"{measure.name}_keep_their_days",
                f"Days already published keep their {measure.words}: each loses at most "
                f"{LOST_OF_A_DAY_AT_MOST:.0%} and late rows make it a usual day, all together "
                f"lose {LOST_OF_ALL_AT_MOST:.0%} and grow by {GROWN_OF_ALL_AT_MOST:.0%}, or a few "
                "rows.",
                _kept_sql(measure, baseline),
                next_step=_accept(
                    measure.kept_rule, "its `row_key`, or its day" if measure.key else "its day"
                ),
            )


def _kept_sql(measure: Measure, baseline: Baseline) -> str:
    # Rows that are days are large: it is single visits that may change.
    few = f"greatest({FEW_ROWS} * avg(was), max(was))" if measure.key else f"max({FEW_ROWS})"
    before, candidate = (
        f"""
        select
            {measure.key or "'whole days'"} as row_key,
            {measure.day} as business_date,
            sum({measure.value}) as value
        from {catalog}{measure.table}
        where {measure.day} is not null
        group by 1, 2
        """
        for catalog in ("published.", "")
    )
    return f"""
    with before as ({before}),

    candidate as ({candidate}),

    moves as (
        select
            row_key,
            business_date,
            business_date > last_date - {LATE_DAYS} as is_open,
            coalesce(before.value, 0) as was,
            coalesce(candidate.value, 0) as is_now
        from before
        full join candidate using (row_key, business_date)
        cross join (select max(business_date) as last_date from before) as bounds
        where
            business_date <= last_date
            {_not_accepted(measure.kept_rule, baseline, "business_date", key="row_key")}
    ),

    days as (
        select
            business_date,
            is_open,
            sum(was) as was,
            sum(is_now) as is_now,
            sum(greatest(was - is_now, 0)) as lost,
            sum(greatest(is_now - was, 0)) as grown,
            -- Who looks at a day begins with what moved it most.
            max_by(row_key, abs(is_now - was)) as row_key
        from moves
        group by business_date, is_open
    ),

    limits as (
        select usual, few
        from (select median(cast(was as double)) as usual from days where was > 0) as of_days
        cross join (select {few} as few from moves where was > 0) as of_rows
    )

    select
        cast(business_date as string) as business_date, was, is_now, lost, grown, row_key
    from days
    cross join limits
    where
        lost > greatest(was * {LOST_OF_A_DAY_AT_MOST}, few)
        or (
            not is_open
            and grown > few
            and is_now > greatest(was, usual) * {1 + GROWN_OF_A_DAY_AT_MOST} + few
        )
    union all
    select 'all' as business_date, was, is_now, lost, grown, row_key
    from (
        select
            sum(was) as was,
            sum(is_now) as is_now,
            sum(lost) as lost,
            sum(case when is_open then 0 else grown end) as grown,
            max_by(row_key, lost + grown) as row_key
        from days
    ) as summed
    cross join limits
    where
        lost > greatest(was * {LOST_OF_ALL_AT_MOST}, few)
        or grown > greatest(was * {GROWN_OF_ALL_AT_MOST}, few)
    order by business_date desc
    """


def in_step(histories: Sequence[History], baseline: Baseline) -> Iterator[Expectation]:
    """New days are in step with those before them; at first, each week with the others."""
    for history in histories:
        limit = f"{POINTS:.0%} of rows" if history.is_share else f"{FACTOR} times"
        yield identity(
            f"{history.name}_in_step",
            f"{history.words} is, on new days, within {limit}, {DEVIATIONS} robust deviations and "
            "chance of what it was in the year before.",
            _in_step_sql(history, baseline),
            next_step=_accept(f"{history.name}_in_step", "its day"),
        )


def _in_step_sql(history: History, baseline: Baseline) -> str:
    is_published = history.day in baseline.published_columns.get(history.table, frozenset())
    last = _last_published(history.table, history.day, baseline)
    measured = f"{history.value} as value, {history.count} as row_count"
    # Before the first publication, every week is new.
    weeks = "" if is_published else "union all select * from past where part = 'week'"
    if history.is_share:
        apart, chance = (
            f"value - usual > {POINTS}",
            f"(greatest(usual, {POINTS}) + 1.0 / row_count)",
        )
        shown = "round(value, 4) as found, round(usual, 4) as usual"
    else:
        apart, chance = f"abs(value - usual) > ln({FACTOR})", "1.0"
        shown = "round(exp(value), 4) as found, round(exp(usual), 4) as usual"
    return f"""
    with dated as (
        select
            told.*,
            dates.week_start_date,
            dates.business_date > last_date as is_new,
            -- Rows still come for these: they are judged again.
            dates.business_date > last_date - {LATE_DAYS} as is_open
        from ({history.rows}) as told
        inner join core.dim_dates as dates on told.business_date = dates.business_date
        cross join ({last}) as bounds
        where
            dates.business_date > last_date - {LATE_DAYS + 7 * WEEKS_OF_HISTORY}
            {_not_accepted(f"{history.name}_in_step", baseline, "dates.business_date")}
    ),

    past as (
        select 'day' as part, business_date as first_date, {measured}
        from dated
        where not is_open
        group by business_date
        union all
        select 'week' as part, week_start_date as first_date, {measured}
        from dated
        where not is_open
        group by week_start_date
    ),

    present as (
        select 'day' as part, business_date as first_date, {measured}
        from dated
        where is_open
        group by business_date
        union all
        select 'week' as part, min(business_date) as first_date, {measured}
        from dated
        where is_new
        {weeks}
    ),

    middle as (
        select part, median(value) as usual, count(value) as part_count
        from past
        group by part
    ),

    spread as (
        select part, usual, {ROBUST} * median(abs(value - usual)) as deviation
        from past
        inner join middle using (part)
        where part_count >= case part when 'day' then 7 else 1 end * {WEEKS_AT_LEAST}
        group by part, usual
    )

    select part, first_date, row_count, {shown}
    from present
    inner join spread using (part)
    where
        row_count > 0
        and {apart} + {DEVIATIONS} * sqrt(deviation * deviation + {chance} / row_count)
    order by part desc, first_date desc
    """


def present(measure: Measure, baseline: Baseline, *, by: str) -> Expectation:
    """No new day is missing, and no part of the business, which the column `by` tells."""
    return identity(
        f"{measure.name}_are_present",
        f"No new day lacks its {measure.words}, and no {by.removesuffix('_id').replace('_', ' ')} "
        "that had its share of them: what is missing has not landed.",
        _present_sql(measure, baseline, by),
        next_step=_accept(f"{measure.name}_are_present", "its day"),
    )


def _present_sql(measure: Measure, baseline: Baseline, by: str) -> str:
    count = "count(*)" if measure.key else f"sum({measure.value})"
    return f"""
    with days as (
        select
            business_date,
            business_date > last_date as is_new,
            business_date > last_date - {7 * WEEKS_AT_LEAST} as is_recent
        from core.dim_dates
        cross join ({_last_published(measure.table, measure.day, baseline)}) as bounds
        where
            is_covered
            and business_date > last_date - {7 * WEEKS_OF_HISTORY}
            {_not_accepted(f"{measure.name}_are_present", baseline, "business_date")}
    ),

    told as (
        select {measure.day} as business_date, {by} as member, {count} as value
        from {measure.table}
        group by {measure.day}, {by}
    ),

    -- Before its first row, a shop has no days; one system may tell its last day after another.
    begun as (
        select business_date, is_new, is_recent
        from days
        where
            business_date >= (select min(business_date) from told)
            and (
                business_date < (select max(business_date) from days)
                or business_date <= (select max(business_date) from told)
            )
    ),

    of_days as (
        select begun.business_date, begun.is_new, coalesce(sum(told.value), 0) as value
        from begun
        left join told on begun.business_date = told.business_date
        group by begun.business_date, begun.is_new
    ),

    of_members as (
        select members.member, begun.business_date, begun.is_new, coalesce(told.value, 0) as value
        from begun
        cross join (select distinct member from told where member is not null) as members
        left join told
            on begun.business_date = told.business_date and members.member = told.member
        where begun.is_recent
    )

    select 'all' as member, of_days.business_date as first_date, of_days.value, past.least as usual
    from of_days
    cross join (
        select min(value) as least, median(cast(value as double)) as usual, count(*) as day_count
        from of_days
        where not is_new
    ) as past
    where
        is_new
        and past.usual >= {EXPECTED_AT_LEAST}
        and past.day_count >= {7 * WEEKS_AT_LEAST}
        and of_days.value < past.least * {OF_THE_EMPTIEST_DAY_AT_LEAST}
    union all
    select
        member,
        min(case when is_new then business_date end) as first_date,
        sum(case when is_new then value end) as value,
        median(case when not is_new then cast(value as double) end) as usual
    from of_members
    group by member
    having
        sum(case when is_new then value end) = 0
        and median(case when not is_new then cast(value as double) end)
            * count(case when is_new then 1 end) >= {EXPECTED_AT_LEAST}
    order by first_date desc, member
    """


def _last_published(table: str, day: str, baseline: Baseline) -> str:
    """The last published day of a fact; before the first publication, a day that leaves a week."""
    if day in baseline.published_columns.get(table, frozenset()):
        return f"select max({day}) as last_date from published.{table}"
    return f"select date '{baseline.as_of - timedelta(days=LATE_DAYS + 1)}' as last_date"


def _not_accepted(rule: str, baseline: Baseline, day: str, key: str | None = None) -> str:
    """Leaves out what the seed `exceptions` accepts of a rule: days, from-to/until, or rows."""
    holds = f"rule_id = '{rule}' and expires_date > date '{baseline.as_of}'"
    rows = f"and {key} not in (select row_key from reference.exceptions where {holds})"
    return f"""
            and {day} not in (
                select dates.business_date
                from core.dim_dates as dates
                inner join reference.exceptions as accepted
                    on
                        {holds}
                        and dates.business_date between
                            try_cast(split_part(row_key, '/', 1) as date)
                            and try_cast(split_part(row_key, '/', -1) as date)
            )
            {rows if key else ""}
    """


def _accept(rule: str, key: str) -> str:
    """What to do about what is right, however odd."""
    return (
        f"If it is right, add a line to seeds/reference/exceptions.csv: {rule}, {key} "
        "(2026-05-01, or 2026-05-01/2026-05-31), the reason, who accepts it and until when; then "
        "run again."
    )
