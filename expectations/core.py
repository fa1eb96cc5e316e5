"""The gate of core."""

from expectations.suite import Baseline, Suite, expect, identity, on


def suite(baseline: Baseline) -> Suite:
    """The calendar has no gap, and regions are complete."""
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
