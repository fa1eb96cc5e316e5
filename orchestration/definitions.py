"""What Dagster loads."""

import os

import dagster as dg

from orchestration.assets.analytics import analytics_assets
from orchestration.assets.dbt import candidate_assets
from orchestration.assets.publications import published_mart
from orchestration.assets.raw import raw_assets
from orchestration.checks.gates import gate
from orchestration.dagster_storage import spare_syncs
from orchestration.jobs import REFRESH, daily, lost_runs, new_files
from orchestration.paths import PROJECT_DIR
from orchestration.profile import PROFILES_DIR
from orchestration.project import DBT, Project
from orchestration.resources import DbtProcess, Warehouse

# Here, because every process that runs assets loads this.
spare_syncs()
# Each statement in dbt's log takes as long to write as many take to run; what went wrong stands in
# it at any level.
os.environ.setdefault("DBT_LOG_LEVEL_FILE", "info")
project = Project.from_environment()
stages = candidate_assets(project)
candidates = {key for stage in stages for key in stage.keys}
tables = {
    mart: {key.path[-1]: key for key in sorted(candidates) if key.path == [mart, key.path[-1]]}
    for mart in project.marts
}

defs = dg.Definitions(
    assets=[
        raw_assets(project),
        *stages,
        *analytics_assets(project),
        *(published_mart(project, mart, tables[mart]) for mart in tables),
    ],
    asset_checks=[gate(project, mart, tables[mart]) for mart in tables],
    jobs=[REFRESH],
    schedules=[daily(project)],
    sensors=[new_files(project), lost_runs(project)],
    resources={
        "dbt": DbtProcess(
            project_dir=str(PROJECT_DIR),
            profiles_dir=str(PROFILES_DIR),
            dbt_executable=DBT[0],
            global_config_flags=[*DBT[1:]],
            target=project.paths.dbt_target,
        ),
        "warehouse": Warehouse(),
    },
    # A run is one process, which holds the one writer's place from its first step to its last.
    executor=dg.in_process_executor,
)
