"""Entries into funnels made of events and orders, by the project's SQL in DuckDB and by Polars.

`python -m benchmarks.funnels <duckdb | polars> <folder>` reads the sessionised events, who is
behind each session, the order lines and the funnels' steps of a prepared folder.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.engines import Comparison, main, scan

if TYPE_CHECKING:
    import polars as pl

STEPS_AT_MOST = 5


def in_polars(folder: Path) -> "pl.LazyFrame":
    """A row per entry into a funnel."""
    import polars as pl

    is_first = pl.col("step_number") == 1
    previous = pl.when(is_first).then("occurred_at").shift(1).forward_fill()
    # Rows of a unit follow each other in time, so units and their entries are numbered along the
    # frame: windows over numbers take Polars half as long as windows over texts.
    events = (
        _taken(folder)
        .sort("funnel_id", "unit_id", "occurred_at", "step_number", "session_id")
        .with_columns(unit_number=pl.any_horizontal(_changes("funnel_id", "unit_id")).cum_sum())
        .with_columns(previous_at=previous.over("unit_number"))
        .with_columns(
            is_entry=is_first
            & (
                pl.col("previous_at").is_null()
                | (pl.col("occurred_at") >= pl.col("previous_at") + pl.col("window"))
            )
        )
        .with_columns(
            entry_number=pl.col("is_entry").cum_sum(),
            entered_at=pl.when("is_entry").then("occurred_at").forward_fill().over("unit_number"),
        )
        .with_columns(ends_at=pl.col("entered_at") + pl.col("window"))
        .filter(pl.col("occurred_at") < pl.col("ends_at"))
        .with_columns(step_1_at="entered_at")
    )
    for number in range(2, STEPS_AT_MOST + 1):
        is_next = (pl.col("step_number") == number) & (
            pl.col("occurred_at") >= pl.col(f"step_{number - 1}_at")
        )
        reached_at = pl.when(is_next).then("occurred_at").min().over("entry_number")
        events = events.with_columns(reached_at.alias(f"step_{number}_at"))
    reached = (pl.col(f"step_{number}_at").is_not_null() for number in range(1, STEPS_AT_MOST + 1))
    return events.filter("is_entry").select(
        "funnel_id",
        "unit_id",
        "session_id",
        "entered_at",
        "ends_at",
        last_step_number=pl.sum_horizontal(reached),
    )


def _taken(folder: Path) -> "pl.LazyFrame":
    """Steps of funnels that somebody took, each with the unit that stays the same."""
    import polars as pl

    owners = scan(folder, "int_session_owners").filter(~pl.col("is_bot"))
    tracked = scan(folder, "int_events_sessionised").join(owners, on="session_id")
    lines = scan(folder, "int_order_lines_allocated").filter(
        pl.col("person_id").is_not_null() & ~pl.col("is_gift")
    )
    ordered = (
        lines.filter(pl.col(clock).is_not_null()).select(
            "person_id",
            "sku_id",
            session_id=pl.lit(None, pl.String),
            event_name=pl.lit(event_name),
            occurred_at=clock,
        )
        for event_name, clock in [("order_placed", "placed_at"), ("order_paid", "paid_at")]
    )
    units = {
        "session": pl.col("session_id"),
        "person_sku": pl.concat_str("person_id", "sku_id", separator=" "),
    }
    return (
        pl.concat([tracked, *ordered], how="diagonal")
        .join(scan(folder, "funnel_steps"), on="event_name")
        .select(
            "funnel_id",
            "step_number",
            "session_id",
            "occurred_at",
            unit_id=pl.coalesce(pl.when(unit=name).then(made) for name, made in units.items()),
            window=pl.duration(hours="window_hours"),
        )
        .filter(pl.col("unit_id").is_not_null())
    )


def _changes(*columns: str) -> "list[pl.Expr]":
    """Whether a column differs from the row before, as it does in the first one."""
    import polars as pl

    return [pl.col(column).ne_missing(pl.col(column).shift(1)) for column in columns]


COMPARISON = Comparison(
    inputs={
        "int_events_sessionised": "session_id, sku_id, event_name, occurred_at",
        "int_session_owners": "session_id, person_id, is_bot",
        "int_order_lines_allocated": "person_id, sku_id, placed_at, paid_at, is_gift",
        "funnel_steps": "*",
    },
    models=("int_funnel_events", "int_funnel_entries"),
    polars=in_polars,
    columns=(
        "funnel_id",
        "unit_id",
        "session_id",
        "entered_at",
        "ends_at",
        "last_step_number",
    ),
)


if __name__ == "__main__":
    main(COMPARISON, sys.argv[1:])
