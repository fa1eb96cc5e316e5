"""The gate of core."""

from expectations.suite import Baseline, Suite, expect, identity, on


def suite(baseline: Baseline) -> Suite:
    """Calendar and periods have no gap, and regions are complete."""
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
                having count(*) is distinct from max(business_date) - min(business_date) + 1
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
