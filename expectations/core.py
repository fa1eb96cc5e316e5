"""The gate of core."""

from expectations.suite import Baseline, Suite, expect, identity, on


def suite(baseline: Baseline) -> Suite:
    """Calendar, periods and comparisons have no gap, and regions are complete."""
    return [
        on(
            "core.dim_dates",
            expect(
                "calendar_has_days",
                "There is a calendar.",
                "ExpectTableRowCountToBeBetween",
                min_value=365,
            ),
            identity(
                "calendar_has_no_gap",
                "Every day from the first to the last is there once.",
                """
                select count(*) as days, min(business_date) as first, max(business_date) as last
                from core.dim_dates
                having
                    max(business_date)
                    is distinct from min(business_date) + cast(count(*) - 1 as integer)
                """,
            ),
            identity(
                "calendar_covers_as_of",
                "The days covered end the day before as_of.",
                f"""
                select max(business_date) as last_covered_date
                from core.dim_dates
                where is_covered
                having max(business_date) is distinct from date '{baseline.as_of}' - 1
                """,
            ),
        ),
        on(
            "core.dim_periods",
            identity(
                "periods_tile_the_days_covered",
                "Periods of each kind follow each other without gap or overlap up to as_of.",
                f"""
                select period_kind, count(*) as periods, max(end_date) as end_date
                from (
                    select
                        *,
                        lead(start_date) over (partition by period_kind order by start_date)
                            as next_date
                    from core.dim_periods
                ) as followed
                group by period_kind
                having
                    count(*) filter (where next_date != end_date) > 0
                    or max(end_date) < date '{baseline.as_of}'
                """,
            ),
            identity(
                "every_kind_of_period_is_there",
                "There are halves, quarters and months.",
                """
                select count(distinct period_kind) as kinds
                from core.dim_periods
                having count(distinct period_kind) != 3
                """,
            ),
        ),
        on(
            "core.dim_comparison_days",
            identity(
                "sides_have_the_days_of_their_periods",
                "Every comparison has each day of its period once, and as base each day of the "
                "base period, or, aligned, one day for each day of the period.",
                """
                select sides.*, own.end_date, base.end_date as base_end_date
                from (
                    select
                        period,
                        comparison,
                        base_period,
                        sum(day_count) filter (where not is_base) as day_count,
                        max(day_count) filter (where comparison != 'yoy_aligned' or not is_base)
                            as most,
                        sum(day_count) filter (where is_base) as base_day_count
                    from core.dim_comparison_days
                    group by period, comparison, base_period
                ) as sides
                left join core.dim_periods as own on sides.period = own.period
                left join core.dim_periods as base
                    on
                        case
                            when sides.comparison = 'yoy_aligned' then sides.period
                            else sides.base_period
                        end = base.period
                where
                    own.start_date + cast(sides.day_count as integer)
                        is distinct from own.end_date
                    or sides.most is distinct from 1
                    or base.start_date + cast(sides.base_day_count as integer)
                        is distinct from base.end_date
                """,
            ),
            identity(
                "whole_periods_are_compared",
                "Every period with whole data, and whole data of the period or year before, has a "
                "comparison with it, and no other.",
                """
                select expected.period, expected.comparison, days.period as found
                from (
                    select periods.period, 'qoq' as comparison
                    from core.dim_periods as periods
                    inner join core.dim_periods as base on periods.previous_period = base.period
                    where periods.is_complete and base.is_complete
                    union all
                    select periods.period, 'yoy'
                    from core.dim_periods as periods
                    inner join core.dim_periods as base on periods.year_ago_period = base.period
                    where periods.is_complete and base.is_complete
                ) as expected
                full join (
                    select distinct period, comparison
                    from core.dim_comparison_days
                    where comparison != 'yoy_aligned'
                ) as days using (period, comparison)
                where expected.period is null or days.period is null
                """,
            ),
        ),
        on(
            "core.dim_regions",
            identity(
                "provinces_are_complete",
                "All 34 provinces of China are there, in eight groups.",
                """
                select count(*) as provinces, count(distinct macro_region_id) as groups
                from core.dim_regions
                where region_id like 'CN-%'
                having count(*) != 34 or count(distinct macro_region_id) != 8
                """,
            ),
            identity(
                "the_unknown_region_is_there",
                "There is a region for receivers that no source knows.",
                """
                select 'ZZ is missing' as problem
                where not exists (select 1 from core.dim_regions where region_id = 'ZZ')
                """,
            ),
        ),
    ]
