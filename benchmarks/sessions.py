"""The heaviest models, sessions made of events, by the project's SQL in DuckDB and by Polars.

`python -m benchmarks.sessions <duckdb | polars> <folder>` reads `events.parquet` in a folder that
`prepare` filled, and writes `<engine>.parquet` there: a row per session.
"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

MODELS = ("int_events_sessionised", "int_sessions_measured")
"""The models that are compared, in the order in which they are built."""

COLUMNS = (
    "event_id, visitor_id, user_id, sku_id, event_name, engaged_seconds, event_at, received_at"
)
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


def prepare(target: Path, warehouse: Path, folder: Path) -> None:
    """Puts the events of a built warehouse and the SQL of the models into a folder.

    Args:
        target: dbt's artifacts of that build.
    """
    import duckdb

    manifest = json.loads((target / "manifest.json").read_text())
    nodes = {node["name"]: node for node in manifest["nodes"].values()}
    statements = [
        (target / "compiled" / node["package_name"] / node["original_file_path"]).read_text()
        for node in (nodes[name] for name in MODELS)
    ]
    (folder / "models.json").write_text(json.dumps(statements))
    (folder / "vars.json").write_text(json.dumps(_variables(target)))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(
            f"copy (select {COLUMNS} from intermediate.int_events) to '{folder / 'events.parquet'}'"
        )


def _variables(target: Path) -> dict[str, object]:
    import yaml

    from orchestration.paths import PROJECT_DIR

    declared: dict[str, object] = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())
    given = json.loads((target / "run_results.json").read_text())["args"].get("vars") or {}
    variables = declared["vars"]
    assert isinstance(variables, dict)  # noqa: S101
    return {**variables, **given}


def by_duckdb(folder: Path) -> None:
    """The project's own SQL, over the events as a Parquet file."""
    import duckdb

    statements = json.loads((folder / "models.json").read_text())
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("create schema intermediate")
        connection.execute(
            f"create view intermediate.int_events as from '{folder / 'events.parquet'}'"
        )
        for name, statement in zip(MODELS, statements, strict=True):
            connection.execute(f"create table intermediate.{name} as {statement}")
        connection.execute(f"copy intermediate.{MODELS[-1]} to '{folder / 'duckdb.parquet'}'")


def by_polars(folder: Path) -> None:
    """The same in Polars, lazily, with the engine that streams where it can."""
    import polars as pl

    variables = json.loads((folder / "vars.json").read_text())
    idle = pl.duration(minutes=int(variables["session_idle_minutes"]))
    late = pl.duration(days=int(variables["event_days_late_at_most"]))
    quick = float(variables["bot_quick_pause_seconds"])
    wrong = (pl.col("event_at") > pl.col("received_at")) | (
        pl.col("event_at") < pl.col("received_at") - late
    )
    # A window of Polars keeps the order of the frame, so one sort serves them all.
    events = (
        pl.scan_parquet(folder / "events.parquet")
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
    sessions = events.group_by("visitor_id", "session_started_at", maintain_order=False).agg(
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
    sessions.sink_parquet(folder / "polars.parquet")


def _milliseconds(column: str) -> "pl.Expr":
    import polars as pl

    return pl.col(column).dt.epoch("ms")


def require_same_sessions(folder: Path) -> int:
    """Both engines found the same sessions, or the comparison would compare nothing.

    Returns:
        The number of sessions.

    Raises:
        EmporiumError: they did not.
    """
    import duckdb

    from orchestration.errors import EmporiumError

    counted = ["event_count", "action_count", "wrong_clock_event_count", "pause_count"]
    counted += ["quick_pause_count", *SUMMED]
    same = f"visitor_id, ended_at, landing_event_id, user_id, {', '.join(counted)}"
    duckdb_rows = f"select started_at, engaged_seconds, {same} from '{folder / 'duckdb.parquet'}'"
    polars_rows = (
        f"select session_started_at, cast(round(engaged_milliseconds) / 1000 as decimal(18, 3)), "
        f"{same} from '{folder / 'polars.parquet'}'"
    )
    different, sessions = duckdb.execute(
        f"select (select count(*) from ({duckdb_rows} except all {polars_rows})), "
        f"(select count(*) from ({duckdb_rows}))"
    ).fetchall()[0]
    if different:
        raise EmporiumError(
            f"Polars and the models of the project differ in {different:,} of {sessions:,} "
            f"sessions: compare the files in {folder}."
        )
    return int(sessions)


if __name__ == "__main__":
    {"duckdb": by_duckdb, "polars": by_polars}[sys.argv[1]](Path(sys.argv[2]))
