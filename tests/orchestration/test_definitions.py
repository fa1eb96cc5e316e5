"""What Dagster is told: groups, gates, lineage, descriptions, and what starts by itself."""

import importlib
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from filelock import FileLock

from orchestration.checks.gates import _named
from orchestration.jobs import daily, lost_runs, new_files
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from tests.project.parsing import place_parsed

SOURCE = "online_retail"
MODELS = PROJECT_DIR / "models"
MART_MODELS = sorted((file.parent.name, file.stem) for file in MODELS.glob("marts/*/*.sql"))
MARTS = sorted({mart for mart, _ in MART_MODELS})
# The one list of names here: that the loops below loop over something.
assert {("sales", "fct_orders"), ("products", "dim_products")} <= set(MART_MODELS)


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """`orchestration.definitions` as a code server loads it, on an empty data folder."""
    name = "orchestration.definitions"
    with pytest.MonkeyPatch.context() as patch:
        paths = Paths(tmp_path_factory.mktemp("data"))
        place_parsed(paths, paths.target, Project(paths, SOURCE).variables)
        patch.setenv("EMPORIUM_DATA", str(paths.data))
        patch.setenv("EMPORIUM_SOURCE", SOURCE)
        patch.delitem(sys.modules, name, raising=False)
        yield importlib.import_module(name)
        sys.modules.pop(name)


@pytest.fixture(scope="module")
def project(definitions: ModuleType) -> Project:
    loaded = definitions.project
    assert isinstance(loaded, Project)
    return loaded


@pytest.fixture(scope="module")
def repository(definitions: ModuleType) -> dg.RepositoryDefinition:
    defs = definitions.defs
    assert isinstance(defs, dg.Definitions)
    return defs.get_repository_def()


@pytest.fixture(scope="module")
def graph(repository: dg.RepositoryDefinition) -> AssetGraph:
    return repository.asset_graph


def key(*path: str) -> dg.AssetKey:
    return dg.AssetKey(path)


def names(graph: AssetGraph, group: str) -> set[str]:
    """Assets of a group, without those that are published."""
    return {
        asset.path[-1]
        for asset in graph.get_all_asset_keys()
        if graph.get(asset).group_name == group and asset.path[0] != "published"
    }


def stems(pattern: str) -> set[str]:
    return {file.stem for file in PROJECT_DIR.glob(pattern)}


def test_every_folder_is_a_group(graph: AssetGraph) -> None:
    assert names(graph, "raw") == {"invoice_lines"}
    assert names(graph, "staging") == stems("models/staging/online_retail/**/*.sql")
    assert names(graph, "intermediate") == stems("models/intermediate/**/*.sql")
    for folder in ("reference", "registry"):
        assert names(graph, folder) == stems(f"seeds/{folder}/*.csv")
    for mart in MARTS:
        assert names(graph, mart) == stems(f"models/marts/{mart}/*.sql")
        assert graph.get(key("published", mart)).group_name == mart


def test_no_step_is_taken_in_parts(definitions: ModuleType) -> None:
    """What reads Python's tables waits for the gates of all that it reads: were one of these to
    wait for it in turn, Dagster would build, and ask gates, piece by piece.
    """
    job = definitions.defs.resolve_job_def("refresh")
    steps = {node.name for node in job.nodes}
    assert {"build", "complete", "gate_review"} <= steps
    assert [name for name in steps if name.rstrip("0123456789").endswith("_")] == []


@pytest.mark.parametrize(("mart", "model"), MART_MODELS)
def test_every_mart_model_has_a_blocking_gate(graph: AssetGraph, mart: str, model: str) -> None:
    gate = dg.AssetCheckKey(key(mart, model), "gate")
    assert gate in graph.asset_check_keys
    assert graph.get(gate).blocking


@pytest.mark.parametrize("mart", MARTS)
def test_published_mart_waits_for_its_tables_and_for_the_marts_it_reads(
    graph: AssetGraph, mart: str
) -> None:
    own = {key(mart, model) for of, model in MART_MODELS if of == mart}
    parents = {parent for table in own for parent in graph.get(table).parent_keys}
    # What answers the questions of the review lies between marts.
    while between := {asset for asset in parents if asset.path[0] == "intermediate"}:
        parents -= between
        parents |= {parent for asset in between for parent in graph.get(asset).parent_keys}
    read = {parent.path[0] for parent in parents} & set(MARTS) - {mart}
    expected = own | {key("published", other) for other in read}
    assert graph.get(key("published", mart)).parent_keys == expected


def test_members_and_products_are_published_after_sales(graph: AssetGraph) -> None:
    for mart in ("members", "products"):
        assert key("published", "sales") in graph.get(key("published", mart)).parent_keys


def test_lineage_leads_from_the_source_to_what_readers_open(graph: AssetGraph) -> None:
    source = key(SOURCE, "invoice_lines")
    base = key("staging", "base_online_retail__invoice_lines")
    assert source in graph.get(base).parent_keys
    for mart in ("sales", "products", "members"):
        assert {source, base} <= graph.get_ancestor_asset_keys(key("published", mart))


def test_python_stands_between_the_models_it_reads_and_those_that_read_it(
    graph: AssetGraph,
) -> None:
    estimates = key("analytics", "experiment_estimates")
    assert graph.get(estimates).group_name == "analytics"
    assert graph.get(estimates).parent_keys == {key("intermediate", "int_experiment_sums")}
    results = key("channels", "fct_experiment_results")
    assert graph.get(estimates).child_keys == {results}
    assert estimates in graph.get_ancestor_asset_keys(key("review", "fct_answers"))


def test_marts_that_read_what_python_writes_are_known(project: Project) -> None:
    assert {"channels", "review"} <= set(project.marts_on_analytics)
    assert "core" not in project.marts_on_analytics


def test_no_gate_opens_the_build_file_before_the_last_stage_of_dbt(
    repository: dg.RepositoryDefinition,
) -> None:
    nodes = {node.name: node for node in repository.get_job("refresh").nodes}
    urgency = {name: int(node.tags.get("dagster/priority", 0)) for name, node in nodes.items()}
    stages = {"build", "complete", "analytics__experiment_estimates"}
    gates = {name for name in nodes if name.startswith("gate_")}
    assert stages <= nodes.keys() and gates
    assert min(urgency[name] for name in stages) > max(urgency[name] for name in gates)


def enabled_sources(project: Project) -> list[dict[str, Any]]:
    sources = project.manifest["sources"].values()
    enabled = {*project.source_systems, "analytics"}
    return [node for node in sources if node["source_name"] in enabled]


def test_every_asset_carries_its_description_from_dbt(graph: AssetGraph, project: Project) -> None:
    described = {}
    for node in project.manifest["nodes"].values():
        if node["resource_type"] in ("model", "seed"):
            described[key(node["schema"], node["name"])] = node["description"]
    for node in enabled_sources(project):
        described[key(node["source_name"], node["name"])] = node["description"]
    published = {key("published", mart) for mart in MARTS}
    assert graph.get_all_asset_keys() == described.keys() | published
    for asset, description in described.items():
        assert description.startswith("One row"), asset
        assert (graph.get(asset).description or "").startswith(description.strip()), asset


def test_published_mart_says_where_its_columns_are(graph: AssetGraph) -> None:
    for mart, model in MART_MODELS:
        description = graph.get(key("published", mart)).description or ""
        assert f"[{mart}.{model}](/assets/{mart}/{model}): One row" in description


def test_columns_come_with_their_descriptions_from_dbt(graph: AssetGraph, project: Project) -> None:
    nodes = [*project.manifest["nodes"].values(), *enabled_sources(project)]
    shown = 0
    for node in nodes:
        if node["resource_type"] not in ("model", "seed", "source") or not node["columns"]:
            continue
        folder = node["source_name"] if node["resource_type"] == "source" else node["schema"]
        schema = graph.get(key(folder, node["name"])).metadata["dagster/column_schema"]
        assert [(each.name, each.description or "") for each in schema.columns] == [
            (column["name"], column["description"]) for column in node["columns"].values()
        ]
        shown += 1
    assert shown > len(MART_MODELS)


def test_rows_by_rule_stand_beside_what_a_gate_says() -> None:
    assert _named(("rule_id", "row_count"), []) is None
    told = _named(("rule_id", "row_count"), [("product_is_known", 2)])
    assert [record.data for record in told.records] == [
        {"rule_id": "product_is_known", "row_count": "2"}
    ]


def test_a_run_is_one_process(repository: dg.RepositoryDefinition) -> None:
    jobs = repository.get_all_jobs()
    assert {job.name for job in jobs} == {"__ASSET_JOB", "refresh"}
    assert {job.executor_def.name for job in jobs} == {"in_process"}


def test_refresh_runs_everything(repository: dg.RepositoryDefinition, graph: AssetGraph) -> None:
    layer = repository.get_job("refresh").asset_layer
    assert set(layer.executable_asset_keys) == graph.get_all_asset_keys()
    assert set(layer.asset_graph.asset_check_keys) == graph.asset_check_keys


def test_refresh_starts_by_itself_only_once_switched_on(
    repository: dg.RepositoryDefinition,
) -> None:
    (schedule,) = repository.schedule_defs
    sensor = repository.get_sensor_def("new_files")
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
    assert schedule.description
    assert sensor.description


def test_lost_runs_are_looked_for_from_the_start(repository: dg.RepositoryDefinition) -> None:
    sensor = repository.get_sensor_def("lost_runs")
    assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
    assert sensor.description


def test_daily_refresh_is_as_of_the_day_on_the_shops_clock(
    repository: dg.RepositoryDefinition, tmp_path: Path
) -> None:
    shop = Project(Paths(tmp_path), SOURCE)
    shop.variables["business_tz"] = "Asia/Shanghai"
    schedule = daily(shop)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * *", "Asia/Shanghai")

    six_in_shanghai = datetime(2026, 3, 31, 22, tzinfo=UTC)
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(instance, scheduled_execution_time=six_in_shanghai)
        (request,) = schedule.evaluate_tick(context).run_requests or []
    assert request.run_key == "2026-04-01"
    assert request.run_config == {"ops": {"build": {"config": {"as_of": "2026-04-01"}}}}
    assert dg.validate_run_config(repository.get_job("refresh"), request.run_config)


def looked(project: Project, cursor: str | None) -> tuple[list[str | None], str | None]:
    """One look of the sensor after `cursor`: the keys of the runs it requests, its new cursor."""
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance, cursor=cursor)
        data = new_files(project).evaluate_tick(context)
    requested = [request.run_key for request in data.run_requests or []]
    assert requested or "No new file" in (data.skip_message or "")
    return requested, data.cursor


def test_sensor_skips_an_empty_raw_zone(tmp_path: Path) -> None:
    assert looked(Project(Paths(tmp_path), SOURCE), None) == ([], None)


def test_sensor_refreshes_once_for_what_has_landed(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    project = Project(paths, SOURCE)
    table = paths.raw / SOURCE / "invoice_lines"
    table.mkdir(parents=True)
    (table / "first.parquet").write_bytes(b"first")

    first, cursor = looked(project, None)
    assert len(first) == 1
    assert looked(project, cursor) == ([], cursor)

    (table / "second.csv").write_text("second")
    second, cursor = looked(project, cursor)
    assert len(second) == 1
    assert second != first
    assert looked(project, cursor) == ([], cursor)

    (table / "notes.txt").write_text("no delivery")
    assert looked(project, cursor) == ([], cursor)


def test_sensor_sees_a_file_that_was_taken_out_and_put_back(tmp_path: Path) -> None:
    """Dagster drops a request with a key that it has seen, so each state needs a key of its own."""
    paths = Paths(tmp_path)
    project = Project(paths, SOURCE)
    table = paths.raw / SOURCE / "invoice_lines"
    table.mkdir(parents=True)
    (table / "stays.parquet").write_bytes(b"stays")
    moved = table / "moved.parquet"
    moved.write_bytes(b"as it landed")
    first, cursor = looked(project, None)

    moved.unlink()
    without, cursor = looked(project, cursor)
    moved.write_bytes(b"as it landed")
    os.utime(moved, ns=(0, 0))
    again, _ = looked(project, cursor)
    assert len({*first, *without, *again}) == 3


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as opened:
        yield opened


def started(instance: dg.DagsterInstance) -> str:
    run = dg.DagsterRun(job_name="refresh", status=dg.DagsterRunStatus.STARTED)
    return instance.add_run(run).run_id


def look_for_lost_runs(paths: Paths, instance: dg.DagsterInstance) -> str:
    context = dg.build_sensor_context(instance)
    return lost_runs(Project(paths, SOURCE)).evaluate_tick(context).skip_message or ""


def status(instance: dg.DagsterInstance, run: str) -> dg.DagsterRunStatus:
    found = instance.get_run_by_id(run)
    assert found is not None
    return found.status


def test_killed_run_is_failed(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.jobs._TAKES_ITS_PLACE_WITHIN", timedelta(seconds=-5))
    run = started(instance)
    assert run in look_for_lost_runs(Paths(tmp_path), instance)
    assert status(instance, run) is dg.DagsterRunStatus.FAILURE
    assert look_for_lost_runs(Paths(tmp_path), instance) == "No run is lost."


def test_run_that_has_just_started_is_left_alone(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    run = started(instance)
    assert look_for_lost_runs(Paths(tmp_path), instance) == "No run is lost."
    assert status(instance, run) is dg.DagsterRunStatus.STARTED


def test_run_that_is_writing_is_left_alone(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.jobs._TAKES_ITS_PLACE_WITHIN", timedelta(seconds=-5))
    paths = Paths(tmp_path)
    paths.build.mkdir()
    run = started(instance)
    with FileLock(paths.lock):
        assert "Another run is writing" in look_for_lost_runs(paths, instance)
    assert status(instance, run) is dg.DagsterRunStatus.STARTED
