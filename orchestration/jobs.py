"""What can be run as a whole, and when it runs by itself."""

import hashlib
from collections.abc import Iterator

import dagster as dg

from orchestration.project import Project

REFRESH = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Land -> build -> gate -> publish.",
)


def daily(project: Project) -> dg.ScheduleDefinition:
    """Refreshes every morning as of that day, on the shop's clock. Switched off until an operator
    switches it on."""
    time_zone = project.variable("business_tz")

    def as_of_today(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        today = context.scheduled_execution_time.date().isoformat()
        return dg.RunRequest(
            run_key=today, run_config={"ops": {"build": {"config": {"as_of": today}}}}
        )

    return dg.ScheduleDefinition(
        name="daily_refresh",
        job=REFRESH,
        cron_schedule="0 6 * * *",
        execution_timezone=time_zone,
        execution_fn=as_of_today,
    )


def new_files(project: Project) -> dg.SensorDefinition:
    """Refreshes when files have landed in the raw zone since the last look."""

    @dg.sensor(name="new_files", job=REFRESH, minimum_interval_seconds=60)
    def landed(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        files = sorted(
            f"{path.relative_to(project.paths.raw)} {path.stat().st_size}"
            for pattern in ("*/*/*.parquet", "*/*/*.csv")
            for path in project.paths.raw.glob(pattern)
        )
        seen = hashlib.sha256("\n".join(files).encode()).hexdigest()
        if not files or seen == context.cursor:
            yield dg.SkipReason(f"No new file in {project.paths.raw}.")
            return
        yield dg.RunRequest(run_key=seen)
        context.update_cursor(seen)

    return landed
