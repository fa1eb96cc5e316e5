"""An operator at work: Dagster's UI and API over HTTP, as `make dev` starts them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest
import requests

from orchestration.paths import Paths
from tests.browser import CHROMIUM, CHROMIUM_FLAGS, needs_browser
from tests.orchestration.small_project import MARTS, SOURCE, copy, environment

# Another day than that of the built warehouse, so that each mart has something new to publish.
AS_OF = "2026-03-11"
RENAMED = "RENAMED BETWEEN TWO RUNS"

BROWSER_FLAGS = (
    *CHROMIUM_FLAGS,
    "--window-size=1600,1400",
    # Milliseconds on the page's own clock: the UI polls for ever, so there is no 'loaded'.
    "--virtual-time-budget=20000",
)


@dataclass(frozen=True)
class Server:
    """A running `python -m orchestration dev`.

    Attributes:
        url: where its UI is.
        paths: the data folder that it works on.
        process: its process id, and its process group.
        location: the code location and the repository that GraphQL selectors name.
    """

    url: str
    paths: Paths
    process: int
    location: dict[str, str]


@dataclass(frozen=True)
class OneMart:
    """Two marts materialised, one straight after the other, after a customer got another name.

    Attributes:
        members: the run that was launched first, for the mart of the change.
        core: the run that was launched while the first was waiting or working.
    """

    members: str
    core: str


@pytest.fixture(scope="module")
def server(
    sold: Paths, corner_shop: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Dagster as `make dev` opens it, on a built data folder that Dagster has never seen."""
    folder = tmp_path_factory.mktemp("dagster_ui")
    paths = copy(sold, folder, corner_shop)
    shutil.rmtree(paths.dagster_home)
    port = _free_port()
    command = [sys.executable, "-m", "orchestration", "dev"]
    inherited = {name: text for name, text in os.environ.items() if name != "DAGSTER_HOME"}
    with (folder / "dev.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--source", SOURCE, "--port", str(port)],
            cwd=corner_shop,
            env={**inherited, **environment(corner_shop), "EMPORIUM_DATA": str(paths.data)},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            location = _when_loaded(url, process, Path(log.name))
            yield Server(url, paths, process.pid, location)
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def _when_loaded(url: str, process: "subprocess.Popen[bytes]", log: Path) -> dict[str, str]:
    query = """
        { repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }
    """
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            nodes = ask(url, query)["repositoriesOrError"].get("nodes")
        except requests.ConnectionError:
            nodes = None
        if nodes:
            return {
                "repositoryName": nodes[0]["name"],
                "repositoryLocationName": nodes[0]["location"]["name"],
            }
        time.sleep(0.5)
    pytest.fail(f"Dagster did not open:\n{log.read_text()[-3000:]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """As Ctrl-C in the terminal does it; what is still there after that is killed."""
    os.killpg(process.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=20)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=20)


def ask(url: str, query: str, **variables: object) -> dict[str, Any]:
    """The data of a GraphQL answer without errors."""
    response = requests.post(
        f"{url}/graphql", json={"query": query, "variables": variables}, timeout=60
    )
    answer: dict[str, Any] = response.json()
    assert "errors" not in answer, answer["errors"]
    return dict(answer["data"])


def launch(
    server: Server, job: str, run_config: object, assets: object = None, checks: object = None
) -> str:
    """The id of the run that is now queued."""
    launched = ask(
        server.url,
        """
        mutation ($parameters: ExecutionParams!) {
            launchRun(executionParams: $parameters) {
                __typename
                ... on LaunchRunSuccess { run { runId } }
                ... on PythonError { message }
                ... on RunConfigValidationInvalid { errors { message } }
            }
        }
        """,
        parameters={
            "mode": "default",
            "runConfigData": run_config,
            "executionMetadata": {"tags": []},
            "selector": {
                **server.location,
                "pipelineName": job,
                "assetSelection": assets,
                "assetCheckSelection": checks,
            },
        },
    )["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    return str(launched["run"]["runId"])


def launch_group(server: Server, group: str) -> str:
    """What 'Materialize all' on a group sends: its assets, and all their checks."""
    nodes = ask(
        server.url,
        """
        query ($group: AssetGroupSelector!) {
            assetNodes(group: $group) {
                assetKey { path }
                jobNames
                assetChecksOrError { ... on AssetChecks { checks { name jobNames } } }
            }
        }
        """,
        group={**server.location, "groupName": group},
    )["assetNodes"]
    job = nodes[0]["jobNames"][0]
    assert all(job in node["jobNames"] for node in nodes)
    checks = [
        {"assetKey": node["assetKey"], "name": check["name"]}
        for node in nodes
        for check in node["assetChecksOrError"]["checks"]
        if job in check["jobNames"]
    ]
    return launch(server, job, "{}", [node["assetKey"] for node in nodes], checks)


def succeeded(server: Server, run: str) -> dict[str, Any]:
    """The run when it has ended well: its times, its job, its assets."""
    query = """
        query ($run: ID!) {
            runOrError(runId: $run) {
                ... on Run { status jobName startTime endTime assetSelection { path } }
            }
        }
    """
    deadline = time.monotonic() + 240
    found: dict[str, Any] = {}
    while time.monotonic() < deadline:
        found = ask(server.url, query, run=run)["runOrError"]
        if found["status"] in ("SUCCESS", "FAILURE", "CANCELED"):
            break
        time.sleep(0.5)
    assert found["status"] == "SUCCESS", _messages(server, run)
    return found


def _messages(server: Server, run: str) -> list[str]:
    events = ask(
        server.url,
        """
        query ($run: ID!) {
            logsForRun(runId: $run, limit: 5000) {
                ... on EventConnection { events { ... on MessageEvent { level message } } }
            }
        }
        """,
        run=run,
    )["logsForRun"]["events"]
    return [event["message"] for event in events if event["level"] == "ERROR"] or events[-5:]


def publications(paths: Paths) -> dict[str, tuple[str, str]]:
    """Mart -> the run that published what readers now find, and its `as_of`."""
    with duckdb.connect(paths.serving, read_only=True) as connection:
        rows = connection.execute("""
            select mart, run_id, as_of from meta.publications
            where version is not null
            qualify row_number() over (partition by mart order by version desc) = 1
        """).fetchall()
    return {mart: (run, str(as_of)) for mart, run, as_of in rows}


@pytest.fixture(scope="module")
def refreshed(server: Server) -> str:
    """The id of a green run of `refresh`, launched with a day in the launchpad."""
    run = launch(server, "refresh", {"ops": {"build": {"config": {"as_of": AS_OF}}}})
    succeeded(server, run)
    return run


@pytest.fixture(scope="module")
def one_mart(server: Server, refreshed: str) -> OneMart:
    with duckdb.connect(server.paths.warehouse) as connection:
        connection.execute(
            "update intermediate.int_customer_names set customer_name = ? "
            "where customer_id = 'corner_shop:ann'",
            [RENAMED],
        )
    launched = OneMart(launch_group(server, "members"), launch_group(server, "core"))
    succeeded(server, launched.members)
    succeeded(server, launched.core)
    return launched


def test_listens_on_loopback_only(server: Server) -> None:
    started = psutil.Process(server.process)
    listening = [
        connection.laddr
        for process in (started, *started.children(recursive=True))
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert {f"http://{address.ip}:{address.port}" for address in listening} == {server.url}


def test_dagster_keeps_its_history_in_the_data_folder(server: Server, refreshed: str) -> None:
    assert list(server.paths.dagster_home.glob(f"history/runs/{refreshed}.db"))


def test_refresh_publishes_every_mart(server: Server, refreshed: str) -> None:
    with duckdb.connect(server.paths.history, read_only=True) as connection:
        published = connection.execute(
            "select mart, status, as_of::varchar from meta.publications where run_id = ?",
            [refreshed],
        ).fetchall()
    assert set(published) == {(mart, "published", AS_OF) for mart in MARTS}


def test_assets_show_group_description_columns_and_row_counts(
    server: Server, refreshed: str
) -> None:
    nodes = ask(
        server.url,
        """
        {
            assetNodes {
                assetKey { path }
                groupName
                description
                assetMaterializations(limit: 1) {
                    runId
                    metadataEntries {
                        label
                        ... on IntMetadataEntry { intValue }
                        ... on TableSchemaMetadataEntry { schema { columns { name description } } }
                    }
                }
            }
        }
        """,
    )["assetNodes"]
    shown = {tuple(node["assetKey"]["path"]): node for node in nodes}
    with duckdb.connect(server.paths.warehouse, read_only=True) as connection:
        tables = connection.execute("""
            select schema_name, table_name, list(column_name order by column_index)
            from duckdb_columns() where schema_name not in ('main', 'meta') group by all
        """).fetchall()
        built = {(schema, table): columns for schema, table, columns in tables}
        rows = {
            (schema, table): connection.table(f"{schema}.{table}").count("*").fetchall()[0][0]
            for schema, table in connection.execute(
                "select schema_name, table_name from duckdb_tables()"
            ).fetchall()
        }
    raw = {(SOURCE, "orders"), (SOURCE, "order_lines")}
    candidates = shown.keys() & built.keys()
    assert shown.keys() == candidates | raw | {path for path in shown if path[0] == "published"}
    assert candidates >= {
        ("sales", "fct_orders"),
        ("staging", f"stg_{SOURCE}__orders"),
        ("analytics", "customer_ranks"),
    }
    for path, node in shown.items():
        assert node["description"], path
        (latest,) = node["assetMaterializations"]
        assert latest["runId"] == refreshed, path
        metadata = {entry["label"]: entry for entry in latest["metadataEntries"]}
        if path in rows:
            assert metadata["dagster/row_count"]["intValue"] == rows[path], path
        if path in candidates:
            columns = metadata["dagster/column_schema"]["schema"]["columns"]
            assert [column["name"] for column in columns] == built[path], path
    assert shown["sales", "fct_orders"]["groupName"] == "sales"
    assert shown["published", "sales"]["groupName"] == "sales"
    assert {shown[path]["groupName"] for path in raw} == {"raw"}


def test_gate_shows_what_it_expected_and_saw(server: Server, refreshed: str) -> None:
    node = ask(
        server.url,
        """
        query ($key: AssetKeyInput!) {
            assetNodeOrError(assetKey: $key) {
                ... on AssetNode {
                    assetChecksOrError {
                        ... on AssetChecks {
                            checks {
                                name
                                blocking
                                executionForLatestMaterialization {
                                    runId
                                    status
                                    evaluation {
                                        metadataEntries {
                                            label
                                            ... on IntMetadataEntry { intValue }
                                            ... on TableMetadataEntry { table { records } }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        """,
        key={"path": ["sales", "fct_orders"]},
    )["assetNodeOrError"]
    (gate,) = (each for each in node["assetChecksOrError"]["checks"] if each["name"] == "gate")
    latest = gate["executionForLatestMaterialization"]
    assert (gate["blocking"], latest["status"], latest["runId"]) == (True, "SUCCEEDED", refreshed)

    metadata = {entry["label"]: entry for entry in latest["evaluation"]["metadataEntries"]}
    records = [json.loads(record) for record in metadata["results"]["table"]["records"]]
    with duckdb.connect(server.paths.history, read_only=True) as connection:
        recorded = connection.execute(
            "select expectation, statement, is_passed, observed from meta.gate_results "
            "where run_id = ? and table_name = 'sales.fct_orders'",
            [refreshed],
        ).fetchall()
    assert metadata["expectations"]["intValue"] == len(records) > 0
    columns = ("name", "statement", "passed", "observed")
    assert {tuple(record[name] for name in columns) for record in records} == set(recorded)
    assert all(record["passed"] is True for record in records)


def test_materialising_one_mart_publishes_that_mart_alone(
    server: Server, refreshed: str, one_mart: OneMart
) -> None:
    found = succeeded(server, one_mart.members)
    assert {tuple(asset["path"]) for asset in found["assetSelection"]} == {
        ("members", "dim_customers"),
        ("published", "members"),
    }
    published = publications(server.paths)
    assert published.pop("members") == (one_mart.members, AS_OF)
    assert set(published) == {"core", "sales"}
    assert set(published.values()) == {(refreshed, AS_OF)}
    with duckdb.connect(server.paths.serving, read_only=True) as connection:
        named = connection.execute(
            "select count(*) from members.dim_customers where customer_name = ?", [RENAMED]
        ).fetchone()
    assert named == (1,)


def test_runs_wait_for_each_other(server: Server, one_mart: OneMart) -> None:
    first, second = succeeded(server, one_mart.members), succeeded(server, one_mart.core)
    assert second["startTime"] >= first["endTime"]


@needs_browser
@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("asset-groups", ["Global asset lineage", "staging", "intermediate", "sales", "members"]),
        ("assets", ["dim_regions", "One row per region", "Materialized"]),
        (
            "assets/sales/fct_orders",
            ["One row per order", "Row count", "Latest check results", "customer_id"],
        ),
        ("assets/sales/fct_orders?view=checks", ["gate", "Passed", "Execute all"]),
    ],
)
def test_a_browser_shows_it(
    server: Server, refreshed: str, tmp_path: Path, page: str, texts: list[str]
) -> None:
    screenshot = tmp_path / "page.png"
    browser = [str(CHROMIUM), *BROWSER_FLAGS, f"--user-data-dir={tmp_path / 'profile'}"]
    shown = subprocess.run(
        [*browser, f"--screenshot={screenshot}", "--dump-dom", f"{server.url}/{page}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    assert [text for text in texts if text not in shown] == []
    assert screenshot.stat().st_size > 30_000
