"""What can be run as a whole, and when it runs by itself."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from orchestration.errors import EmporiumError
from orchestration.locking import only_writer
from orchestration.project import Project
from orchestration.raw_zone import landed_files

REFRESH = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Land -> build -> gate -> publish.",
)

# A run takes the one writer's place within seconds of its start, half a minute on a slow machine.
_TAKES_ITS_PLACE_WITHIN = timedelta(seconds=60)


def daily(project: Project) -> dg.ScheduleDefinition:
    """Refreshes every morning as of that day, on the shop's clock. Switched off until an operator
    switches it on."""
    time_zone = project.variable("business_tz")

    def as_of_today(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        local = context.scheduled_execution_time.astimezone(ZoneInfo(time_zone))
        today = local.date().isoformat()
        return dg.RunRequest(
            run_key=today, run_config={"ops": {"build": {"config": {"as_of": today}}}}
        )

    return dg.ScheduleDefinition(
        name="daily_refresh",
        description="Refreshes every morning as of that day: yesterday is the last day covered.",
        job=REFRESH,
        cron_schedule="0 6 * * *",
        execution_timezone=time_zone,
        execution_fn=as_of_today,
    )


def new_files(project: Project) -> dg.SensorDefinition:
    """Refreshes when files have landed in the raw zone since the last look."""

    @dg.sensor(
        name="new_files",
        description="Refreshes when files have landed in the raw zone.",
        job=REFRESH,
        minimum_interval_seconds=60,
    )
    def landed(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        files = landed_files(project.paths.raw)
        seen = hashlib.sha256("\n".join(files).encode()).hexdigest()
        if not files or seen == context.cursor:
            yield dg.SkipReason(f"No new file in {project.paths.raw}.")
            return
        yield dg.RunRequest(run_key=seen)
        context.update_cursor(seen)

    return landed


def lost_runs(project: Project) -> dg.SensorDefinition:
    """Fails the runs that were killed with their process: to Dagster they go on for ever, and keep
    all others waiting in the queue. A run that goes on has the one writer's place."""

    @dg.sensor(
        name="lost_runs",
        description="Fails runs whose process was killed, so that the queue moves on.",
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def ended(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        going_on = dg.RunsFilter(
            statuses=[
                dg.DagsterRunStatus.STARTING,
                dg.DagsterRunStatus.STARTED,
                dg.DagsterRunStatus.CANCELING,
            ],
            updated_before=datetime.now(UTC) - _TAKES_ITS_PLACE_WITHIN,
        )
        runs = context.instance.get_runs(going_on)
        if not runs:
            return dg.SkipReason("No run is lost.")
        try:
            with only_writer(project.paths):
                for run in runs:
                    context.instance.report_run_failed(
                        run, "The process of this run was killed before the run had ended."
                    )
        except EmporiumError as writing:
            return dg.SkipReason(str(writing))
        return dg.SkipReason(f"Failed {', '.join(run.run_id for run in runs)}.")

    return ended
