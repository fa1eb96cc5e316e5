"""The gate of core."""

from expectations.suite import Baseline, Suite, expect, on


def suite(baseline: Baseline) -> Suite:
    """Regions are there, whatever was sold."""
    return [
        on(
            "core.dim_regions",
            expect(
                "regions_are_there",
                "There is a region at least.",
                "ExpectTableRowCountToBeBetween",
                min_value=1,
            ),
        )
    ]
