"""The serving file opened by a client of DuckDB's 1.x line, as BI tools embed it."""

import json
import os
import shutil
import subprocess
import warnings
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.history import Run
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.publishing import publish

CLIENT = PROJECT_DIR / "tests" / "clients"


def skip_loudly(reason: str) -> None:
    """Skip with a warning too: a run that never tried a client must not look as if it had."""
    warnings.warn(f"the serving file was not tried with a 1.x client: {reason}", stacklevel=2)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def client(request: pytest.FixtureRequest) -> Path:
    """The folder of the Node client, installed; kept from run to run in pytest's cache."""
    npm = shutil.which("npm")
    if not (npm and shutil.which("node")):
        skip_loudly("node and npm are not installed")
    assert npm
    folder = Path(request.config.cache.mkdir("serving_client"))
    marker = folder / "node_modules" / ".installed"
    lock = (CLIENT / "package-lock.json").read_text()
    shutil.copytree(CLIENT, folder, dirs_exist_ok=True)
    if not (marker.exists() and marker.read_text() == lock):
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts"], cwd=folder, capture_output=True, text=True, timeout=300
        )
        if done.returncode:
            unreachable = ("ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT", "ENETUNREACH")
            if any(code in done.stderr for code in unreachable):
                skip_loudly("the npm registry cannot be reached")
            pytest.fail(f"npm ci: {done.stderr}")
        marker.write_text(lock)
    return folder


def read_with(client: Path, file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", "read_serving.mjs", str(file)],
        cwd=client,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "TZ": "UTC"},
    )


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path)
    paths.build.mkdir()
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(
            """
            create schema sales;
            create table sales.fct_orders (
                order_id varchar primary key, business_date date, net_sales_amount decimal(18,2)
            );
            insert into sales.fct_orders values
                ('olist:1', '2025-12-30', 12.30), ('shop:2', '2025-12-31', null);
            comment on table sales.fct_orders is 'One row per order, 订单';
            comment on column sales.fct_orders.net_sales_amount is 'Paid less refunds';
            """
        )
    run = Run("run-1", datetime(2026, 1, 1, 6), date(2025, 12, 31))
    publish(paths, run, {"sales": ["fct_orders"]})
    return paths


def test_a_1x_client_reads_rows_and_comments(client: Path, paths: Paths) -> None:
    done = read_with(client, paths.serving)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["version"].startswith("v1.")
    assert found["rows"]["sales.fct_orders"] == [
        {"order_id": "olist:1", "business_date": "2025-12-30", "net_sales_amount": "12.30"},
        {"order_id": "shop:2", "business_date": "2025-12-31", "net_sales_amount": None},
    ]
    assert found["comments"]["sales.fct_orders"] == "One row per order, 订单"
    assert found["comments"]["sales.fct_orders.net_sales_amount"] == "Paid less refunds"
    [publication] = found["rows"]["meta.publications"]
    assert (publication["mart"], publication["status"]) == ("sales", "published")
    assert found["comments"]["meta.publications.since"]


def test_the_build_file_is_one_that_such_a_client_refuses(client: Path, paths: Paths) -> None:
    """Else the test above could not tell whether the storage version matters."""
    done = read_with(client, paths.warehouse)

    assert done.returncode != 0
    assert "version number" in done.stderr
