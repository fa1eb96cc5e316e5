"""Sessions made of events, by the project's SQL in DuckDB and by Polars.

`python -m benchmarks.sessions <duckdb | polars> <folder>` reads the events of a prepared folder.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.engines import Comparison, main, scan, variable

if TYPE_CHECKING:
    import polars as pl

SUMMED = {
    "impression_count": ("impression",),
    "click_count": ("click",),
    "search_count": ("search",),
    "detail_view_count": ("detail_view",),
    "add_to_cart_count": ("add_to_cart",),
    "view_cart_count": ("view_cart",),
    "begin_checkout_count": ("begin_checkout",),
    "view_shipping_count": ("view_shipping",),
    "view_payment_count": ("view_payment",),
    "submit_order_count": ("submit_order",),
    "pay_count": ("pay",),
    "page_view_count": ("page_view", "detail_view", "content_view", "view_cart"),
}
PASSIVE = ("impression", "scroll", "heartbeat", "trust_block_view", "free_shipping_prompt")


def in_polars(folder: Path) -> "pl.LazyFrame":
    """A row per session."""
    import polars as pl

    idle = pl.duration(minutes=int(variable(folder, "session_idle_minutes")))
    late = pl.duration(days=int(variable(folder, "event_days_late_at_most")))
    quick = variable(folder, "bot_quick_pause_seconds")
    wrong = (pl.col("event_at") > pl.col("received_at")) | (
        pl.col("event_at") < pl.col("received_at") - late
    )
    is_payment = (pl.col("event_name") == "pay") & pl.col("order_id").is_not_null()
    tellings = is_payment.cum_sum().over("visitor_id", "order_id")
    # A window of Polars keeps the order of the frame, so one sort serves all but payments.
    events = (
        scan(folder, "int_events")
        .sort("received_at", "event_id")
        .with_columns(
            event_name=pl.when(is_payment & (tellings > 1))
            .then(pl.lit("pay_again"))
            .otherwise("event_name")
        )
        .with_columns(
            is_clock_wrong=wrong,
            occurred_at=pl.when(wrong).then("received_at").otherwise("event_at"),
            is_action=~pl.col("event_name").is_in(PASSIVE),
        )
        .sort("visitor_id", "occurred_at", "event_id")
        .with_columns(
            previous_at=pl.col("occurred_at").shift(1).over("visitor_id"),
            action_at=pl.when("is_action").then("occurred_at"),
        )
        .with_columns(
            session_started_at=pl.when(
                pl.col("previous_at").is_null()
                | (pl.col("occurred_at") >= pl.col("previous_at") + idle)
            ).then("occurred_at"),
        )
        .with_columns(
            session_started_at=pl.col("session_started_at").forward_fill().over("visitor_id"),
            previous_action_at=pl.col("action_at").shift(1).forward_fill().over("visitor_id"),
        )
        .with_columns(
            gap=pl.when(pl.col("previous_at") >= pl.col("session_started_at"))
            .then(_milliseconds("occurred_at") - _milliseconds("previous_at"))
            .otherwise(0),
            pause=pl.when(
                pl.col("is_action") & (pl.col("previous_action_at") >= pl.col("session_started_at"))
            ).then(_milliseconds("occurred_at") - _milliseconds("previous_action_at")),
        )
    )
    engaged = pl.min_horizontal(
        "gap", (pl.col("engaged_seconds").cast(pl.Float64) * 1000).fill_null(pl.col("gap"))
    )
    return events.group_by("visitor_id", started_at="session_started_at").agg(
        ended_at=pl.col("occurred_at").max(),
        landing_event_id=pl.col("event_id").first(),
        user_id=pl.col("user_id").drop_nulls().first(),
        event_count=pl.len(),
        action_count=pl.col("is_action").sum(),
        wrong_clock_event_count=pl.col("is_clock_wrong").sum(),
        pause_count=pl.col("pause").count(),
        quick_pause_count=(pl.col("pause") <= quick * 1000).sum(),
        engaged_milliseconds=engaged.sum(),
        **{name: pl.col("event_name").is_in(events_of).sum() for name, events_of in SUMMED.items()},
    )


def _milliseconds(column: str) -> "pl.Expr":
    import polars as pl

    return pl.col(column).dt.epoch("ms")


COMPARISON = Comparison(
    inputs={
        "int_events": "event_id, visitor_id, user_id, sku_id, order_id, event_name, "
        "engaged_seconds, event_at, received_at"
    },
    models=("int_events_sessionised", "int_sessions_measured"),
    polars=in_polars,
    columns=(
        "visitor_id",
        "started_at",
        "ended_at",
        "landing_event_id",
        "user_id",
        "event_count",
        "action_count",
        "wrong_clock_event_count",
        "pause_count",
        "quick_pause_count",
        *SUMMED,
        "engaged_seconds",
    ),
    restated={
        "engaged_seconds": "cast(round(engaged_milliseconds) / 1000 as decimal(18, 3))",
    },
)


if __name__ == "__main__":
    main(COMPARISON, sys.argv[1:])
