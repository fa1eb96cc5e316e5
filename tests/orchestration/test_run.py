"""The main job from the command line: real input on the real project, the rest on a small one."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import duckdb
import pandas as pd
import psutil
import pytest

import orchestration.basis as basis_module
import orchestration.project as project_module
from orchestration.assets.dbt import _has_work, _outside
from orchestration.assets.raw import _check_as_of
from orchestration.basis import basis_of, forget, keep, stands
from orchestration.engines import Engine, engine_of
from orchestration.errors import EmporiumError
from orchestration.locking import only_writer
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from orchestration.raw_zone import RawTable
from tests.conftest import SOURCE, Emporium
from tests.orchestration.small_project import DELIVERY, MARTS, copy, environment
from tests.orchestration.small_project import SOURCE as SHOP
from tests.shared import once

HASHES = "select mart, content_hash, row_count from history.meta.publications order by all"


def history(paths: Paths, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{paths.history}' as history (read_only)")
        connection.execute("use history.meta")
        return connection.execute(sql).fetchall()


def last_run(paths: Paths) -> dict[str, tuple[str, str]]:
    """Mart -> its status and the reason, after the last run."""
    rows = history(
        paths,
        "select mart, status, reason from history.meta.publications "
        "where run_at = (select max(run_at) from history.meta.publications)",
    )
    return {mart: (status, reason) for mart, status, reason in rows}


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def prepared(shop: Emporium) -> Paths:
    """An empty data folder whose dbt project is already parsed. Shared: do not change it."""

    def prepare(folder: Path) -> None:
        done = shop(Paths(folder), "prepare", "--source", SHOP)
        assert done.returncode == 0, done.stderr

    return Paths(once("corner_shop_prepared", prepare))


@pytest.fixture
def empty(prepared: Paths, corner_shop: Path, tmp_path: Path) -> Paths:
    """A copy of that folder, for a first run."""
    return copy(prepared, tmp_path / "empty", corner_shop)


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    """The green delivery, to be changed."""
    return shutil.copytree(DELIVERY, tmp_path / "delivery")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text, f"{file} no longer holds {old!r}: change the test"
    file.write_text(text.replace(old, new))


def test_every_landed_line_is_accounted_for(warehouse: Paths) -> None:
    [(landed, valid, superseded, deleted, quarantined, amount)] = history(
        warehouse,
        "select rows_landed, rows_valid, rows_superseded, rows_deleted, rows_quarantined, "
        "amount_landed from history.meta.row_ledger",
    )
    assert landed == 541_909 == valid + superseded + deleted + quarantined
    assert superseded == 5_268
    assert str(amount) == "9747747.93"

    details = history(
        warehouse,
        "select row_class, row_state, row_count, amount from history.meta.row_ledger_details",
    )
    cancelled = ("refund", "charge_on_cancellation")
    assert sum(rows for kind, _, rows, _ in details if kind in cancelled) == 9_288
    assert sum(rows for _, _, rows, _ in details) == landed
    assert sum(money for _, _, _, money in details) == amount


def test_marts_account_for_the_money_of_all_valid_lines(warehouse: Paths) -> None:
    with duckdb.connect(str(warehouse.serving), read_only=True) as connection:
        [marts] = connection.execute("""
            select
                (select sum(gmv_paid_amount) from sales.fct_orders)
                - (select sum(refund_amount) from sales.fct_refund_lines)
                + (select sum(charge_amount) from sales.fct_order_charges)
        """).fetchall()
    [ledger] = history(warehouse, "select amount_valid from history.meta.row_ledger")
    assert marts == ledger


def test_a_run_ends_with_tables_and_the_file_to_open(warehouse: Paths) -> None:
    shown = (warehouse.data / "first_run.txt").read_text()
    assert "Row ledger" in shown
    assert "541,909" in shown
    assert "Headline by quarter" in shown
    assert str(warehouse.serving) in shown.replace("\n", "")
    assert str(warehouse.page) in shown.replace("\n", "")
    assert "held by its gate" not in warehouse.page.read_text()


def test_dagster_knows_every_table_that_a_run_built(copied_warehouse: Paths) -> None:
    paths = copied_warehouse
    project = Project(paths, SOURCE)
    with dg.DagsterInstance.from_config(str(paths.dagster_home)) as instance:
        [run] = instance.get_runs(limit=1)
        events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    told = {}
    for logged in events:
        materialization = logged.get_dagster_event().step_materialization_data.materialization
        rows = materialization.metadata.get("dagster/row_count")
        told[tuple(materialization.asset_key.path)] = rows.value if rows else None
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        built = {
            (schema, table): rows
            for schema, table, rows in connection.execute(
                "select schema_name, table_name, estimated_size from duckdb_tables()"
            ).fetchall()
        }
    expected = {
        (node["schema"], node["name"])
        for node in project.manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }
    assert expected | {("published", mart) for mart in project.marts} <= told.keys()
    assert len(expected & built.keys()) > len(project.marts)
    for table in expected & built.keys():
        assert told[table] == built[table], table


def test_a_second_run_changes_nothing(
    copied_warehouse: Paths, test_data: Path, emporium: Emporium
) -> None:
    paths = copied_warehouse
    before = digest(paths.serving)
    first = history(paths, HASHES)

    again = emporium(paths, "run", "--source", SOURCE, "--raw", str(test_data / SOURCE))

    assert again.returncode == 0, again.stderr
    assert "landed before" in again.stderr
    assert "nothing has changed since all marts were published" in again.stderr
    assert "without gating" not in again.stderr
    assert "Headline by quarter" in again.stdout
    assert digest(paths.serving) == before
    assert history(paths, HASHES) == first


def test_building_everything_once_more_changes_nothing(copied_shop: Paths, shop: Emporium) -> None:
    paths = copied_shop
    before = digest(paths.serving)
    first = history(paths, HASHES)
    forget(paths)

    rebuilt = shop(paths, "run", "--source", SHOP)

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert last_run(paths) == dict.fromkeys(
        MARTS, ("unchanged", "same content and as_of as published")
    )
    assert digest(paths.serving) == before
    assert history(paths, HASHES) == sorted(first * 2)
    assert paths.basis.exists()


def test_marts_stand_while_nothing_they_rest_on_changes(
    copied_warehouse: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = copied_warehouse
    project, engine = Project(paths, SOURCE), engine_of(paths)
    basis = basis_of(project, "")
    assert stands(project, engine, basis)

    changed = {basis_of(project, "2011-12-11")}
    with monkeypatch.context() as environment:
        environment.setenv("EMPORIUM_SALT", "another")
        changed.add(basis_of(project, ""))
    changed.add(basis_of(Project(paths, "storefront"), ""))
    [landed] = paths.raw.glob("*/*/*.parquet")
    shutil.copyfile(landed, landed.with_stem("another"))
    changed.add(basis_of(project, ""))
    landed.with_stem("another").unlink()
    os.utime(landed)
    changed.add(basis_of(project, ""))
    assert len({basis, *changed}) == 6
    assert not any(stands(project, engine, each) for each in changed)

    served = paths.serving.rename(paths.serving.with_suffix(".away"))
    assert not stands(project, engine, basis)
    served.rename(paths.serving)
    assert stands(project, engine, basis)
    forget(paths, follows=basis)
    assert not stands(project, engine, basis)
    keep(paths)
    assert stands(project, engine, basis)


@pytest.mark.parametrize("folder", ["analytics", "expectations", "orchestration", "models"])
def test_marts_rest_on_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    copy = tmp_path / "project"
    for name in ("analytics", "expectations", "orchestration", "models", "profiles"):
        shutil.copytree(PROJECT_DIR / name, copy / name)
    shutil.copyfile(PROJECT_DIR / "dbt_project.yml", copy / "dbt_project.yml")
    monkeypatch.setattr(basis_module, "CODE_DIR", copy)
    for module in (basis_module, project_module):
        monkeypatch.setattr(module, "PROJECT_DIR", copy)
    monkeypatch.setattr(project_module, "PROFILES_DIR", copy / "profiles")
    project = Project(Paths(tmp_path / "data"), None)
    before = basis_of(project, "")
    assert before == basis_of(project, "")
    edited = sorted((copy / folder).rglob("*.sql" if folder == "models" else "*.py"))[0]
    edited.write_text(edited.read_text() + "\n")
    assert basis_of(project, "") != before


def test_marts_of_another_project_rest_on_its_own_code_too(
    tmp_path: Path, corner_shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_folder = shutil.copytree(corner_shop, tmp_path / "project")
    for module in (basis_module, project_module):
        monkeypatch.setattr(module, "PROJECT_DIR", project_folder)
    project = Project(Paths(tmp_path / "data"), SHOP)
    bases = {basis_of(project, "")}
    for file in ("analytics/customers.py", "expectations/sales.py", "macros/conform.sql"):
        edit(project_folder / file, "\n", "\n\n")
        bases.add(basis_of(project, ""))
    assert len(bases) == 4


def test_selected_assets_are_built_in_any_case(copied_warehouse: Paths) -> None:
    paths = copied_warehouse
    project, engine = Project(paths, SOURCE), engine_of(paths)

    def has_work(*selected: str) -> bool:
        run = SimpleNamespace(asset_selection={*selected} or None)
        context = cast("dg.AssetExecutionContext", SimpleNamespace(run=run))
        return _has_work(project, context, "", engine)

    assert not has_work()
    assert has_work("sales/fct_orders")
    # What was built of the selection may be published later, and rests on nobody knows what.
    assert has_work()


def test_another_day_is_published_and_can_be_rolled_back(
    copied_shop: Paths, shop: Emporium
) -> None:
    paths = copied_shop
    first = digest(paths.serving)

    later = shop(paths, "run", "--source", SHOP, "--as-of", "2026-03-11")
    assert later.returncode == 0, later.stderr
    assert {mart: status for mart, (status, _) in last_run(paths).items()} == dict.fromkeys(
        MARTS, "published"
    )
    assert digest(paths.serving) != first

    back = shop(paths, "rollback")
    assert back.returncode == 0, back.stderr
    assert "Version 1 is readable again" in back.stdout
    assert "holds no review" in back.stderr  # It was about to bring the page in line.
    assert digest(paths.serving) == first

    nothing_left = shop(paths, "rollback")
    assert nothing_left.returncode == 1
    assert "nothing to roll back" in nothing_left.stderr
    assert digest(paths.serving) == first


@pytest.fixture
def broken_shop(corner_shop: Path, tmp_path: Path) -> Path:
    """A copy of the small project that a test may break."""
    return shutil.copytree(corner_shop, tmp_path / "project")


def test_a_doubled_revenue_never_reaches_readers(
    copied_shop: Paths, broken_shop: Path, shop: Emporium
) -> None:
    paths = copied_shop
    before = digest(paths.serving)
    edit(
        broken_shop / "models" / "marts" / "sales" / "fct_orders.sql",
        "cast(lines.gmv_paid_amount as",
        "cast(lines.gmv_paid_amount * if(orders.order_id = 'corner_shop:2', 2, 1) as",
    )

    red = shop(paths, "run", "--source", SHOP, project=broken_shop)

    assert red.returncode == 1
    assert digest(paths.serving) == before
    # The terminal says why,
    assert "lines_add_up_to_orders" in red.stderr
    assert "Traceback" not in red.stderr
    # so does meta, for the mart and for the one that reads it, while the other is let through,
    marts = last_run(paths)
    assert marts["core"][0] == "unchanged"
    assert marts["sales"][0] == "held"
    assert "lines_add_up_to_orders" in marts["sales"][1]
    assert marts["members"] == ("held", "reads sales, which is held")
    [(name, reason)] = history(
        paths,
        "select expectation, reason from history.meta.gate_results where not is_passed",
    )
    assert name == "lines_add_up_to_orders"
    assert "corner_shop:2" in reason
    # the run was about to bring the page in line, which reads what is held from meta,
    assert "holds no review" in red.stderr
    # and so does Dagster.
    status, checks = dagster_run(paths)
    assert status == "FAILURE"
    assert checks["sales/fct_orders"] is False
    assert checks["sales/fct_order_lines"] is True
    assert checks["core/dim_regions"] is True


def dagster_run(paths: Paths) -> tuple[str, dict[str, bool]]:
    """The last run's status and the verdicts of its gates, as Dagster stored them."""
    import dagster as dg

    with dg.DagsterInstance.from_config(str(paths.dagster_home)) as instance:
        [run] = instance.get_runs(limit=1)
        events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        evaluations = [
            event.dagster_event.asset_check_evaluation_data
            for event in events
            if event.dagster_event is not None
        ]
        return run.status.value, {
            each.asset_key.to_user_string(): each.passed
            for each in evaluations
            if each.check_name == "gate"
        }


def test_rows_that_break_the_contract_are_quarantined_and_told(
    empty: Paths, delivery: Path, shop: Emporium
) -> None:
    orders, lines = delivery / "orders.csv", delivery / "order_lines.csv"
    header, *rows = orders.read_text().splitlines()
    orders.write_text("\n".join([f"{header},campaign", *(f"{row},web" for row in rows)]) + "\n")
    lines.write_text(f"{lines.read_text()}4,2,cake stand,two,12.75\n")

    done = shop(empty, "run", "--source", SHOP, "--raw", str(delivery))

    # An unknown column is kept and reported, text instead of numbers is cast row by row.
    assert done.returncode == 0, done.stderr
    assert "campaign" in done.stderr
    assert "quantity is not a whole number" in done.stdout
    with duckdb.connect(str(empty.warehouse), read_only=True) as connection:
        [(rule, row, raw)] = connection.execute(
            "select broken_rule, source_row, raw_row from meta.quarantine"
        ).fetchall()
    assert rule == "quantity is not a whole number"
    assert row == 6
    assert '"quantity":"two"' in raw
    with duckdb.connect(str(empty.serving), read_only=True) as connection:
        [(orders_count, paid)] = connection.execute(
            "select count(*), sum(gmv_paid_amount) from sales.fct_orders"
        ).fetchall()
    assert (orders_count, str(paid)) == (4, "120.15")


def test_a_delivery_of_which_no_row_is_valid_is_refused(
    empty: Paths, delivery: Path, shop: Emporium
) -> None:
    edit(delivery / "order_lines.csv", ",1,", ",none,")
    edit(delivery / "order_lines.csv", ",2,", ",none,")
    edit(delivery / "order_lines.csv", ",3,", ",none,")
    red = shop(empty, "run", "--source", SHOP, "--raw", str(delivery))
    assert red.returncode == 1
    assert "All 5 landed rows of corner_shop.order_lines broke its contract" in red.stderr
    assert "line_number is not a whole number" in red.stderr
    assert "Traceback" not in red.stderr
    assert not empty.serving.exists()


BAD_DELIVERIES = [
    pytest.param("nowhere", None, "does not exist", id="missing folder"),
    pytest.param("delivery", b"", "empty", id="empty file"),
    pytest.param("delivery", b"PAR1 this is no Parquet PAR1", "", id="corrupt Parquet"),
]


@pytest.mark.parametrize(("folder", "content", "words"), BAD_DELIVERIES)
def test_a_bad_delivery_ends_in_one_sentence(
    copied_shop: Paths,
    delivery: Path,
    shop: Emporium,
    folder: str,
    content: bytes | None,
    words: str,
) -> None:
    before = digest(copied_shop.serving)
    if content is not None:
        (delivery / "orders.csv").unlink()
        (delivery / "orders.parquet").write_bytes(content)
    red = shop(copied_shop, "run", "--source", SHOP, "--raw", str(delivery.with_name(folder)))
    assert red.returncode == 1
    [sentence] = [line for line in red.stderr.splitlines() if line.startswith("Error: ")]
    assert folder in red.stderr
    assert words in red.stderr
    assert "Traceback" not in red.stderr
    assert sentence
    assert digest(copied_shop.serving) == before


def test_nothing_landed_is_told(empty: Paths, shop: Emporium) -> None:
    red = shop(empty, "run", "--source", SHOP)
    assert red.returncode == 1
    assert "No data has landed for corner_shop" in red.stderr


def test_two_runs_at_once_are_refused(copied_shop: Paths, shop: Emporium) -> None:
    before = digest(copied_shop.serving)
    with only_writer(copied_shop):
        red = shop(copied_shop, "run", "--source", SHOP)
    assert red.returncode == 1
    assert "Another run is writing" in red.stderr
    assert digest(copied_shop.serving) == before


def test_who_writes_to_the_serving_file_is_named_before_anything_is_built(
    copied_shop: Paths, shop: Emporium
) -> None:
    before = copied_shop.warehouse.stat().st_mtime_ns
    copied_shop.serving.chmod(0o644)
    with duckdb.connect(str(copied_shop.serving)):
        red = shop(copied_shop, "run", "--source", SHOP)
    assert red.returncode == 1
    assert f"{copied_shop.serving} is open for writing" in red.stderr
    assert f"process {os.getpid()} has it open; wait until" in red.stderr
    assert copied_shop.warehouse.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--source", "nosuch"], "Unknown source system 'nosuch'"),
        (["--source", SHOP, "--as-of", "yesterday"], "AS_OF is 'yesterday'"),
        (["--raw", "."], "RAW needs SOURCE"),
    ],
)
def test_wrong_settings_end_in_one_sentence(
    empty: Paths, shop: Emporium, arguments: list[str], words: str
) -> None:
    red = shop(empty, "run", *arguments)
    assert red.returncode == 1
    assert words in red.stderr
    assert "Traceback" not in red.stderr


def loaded(at: datetime | None, files: int = 1) -> RawTable:
    return RawTable("corner_shop", "orders", files, 1, 1, at, ())


def test_a_day_later_than_what_was_loaded_is_told_before_anything_is_built() -> None:
    tables = [loaded(datetime(2026, 7, 1, 9)), loaded(datetime(2026, 6, 1, 9)), loaded(None, 0)]
    for allowed in ("", "2026-07-02", "2019-01-01"):
        _check_as_of(allowed, tables)
    # A file that does not tell when it was loaded may be of any day.
    _check_as_of("2030-01-01", [*tables, loaded(None)])
    with pytest.raises(EmporiumError, match=r"loaded on 2026-07-01 .* no day after 2026-07-02"):
        _check_as_of("2026-07-03", tables)


def test_a_day_that_orders_do_not_lie_before_is_told() -> None:
    def outside(as_of: str, *days: str | None) -> str | None:
        columns = ("first_order_date", "last_order_date")
        told = pd.DataFrame([days], columns=pd.Index(columns)) if days else None
        return _outside(cast("Engine", SimpleNamespace(read=lambda *_: told)), as_of)

    shop = ("2025-07-01", "2026-06-30")
    assert "orders that have landed are of 2025-07-01 to 2026-06-30" in (
        outside("2019-01-01", *shop) or ""
    )
    assert "name a day after 2026-06-30" in (outside("2026-06-30", *shop) or "")
    assert outside("2026-07-01", *shop) is None
    assert outside("", *shop) is None
    assert outside("2019-01-01", None, None) is None
    assert outside("2019-01-01") is None


def test_a_data_folder_that_cannot_be_written_is_told(tmp_path: Path, shop: Emporium) -> None:
    (tmp_path / "file").write_text("in the way")
    red = shop(Paths(tmp_path / "file"), "run", "--source", SHOP)
    assert red.returncode == 1
    assert "is a file" in red.stderr


def test_a_first_run_that_sales_do_not_pass_is_told(
    empty: Paths, delivery: Path, shop: Emporium
) -> None:
    """Core is let through, so there is a serving file, but none with sales in it."""
    edit(delivery / "orders.csv", ",GB,", ",Atlantis,")
    red = shop(empty, "run", "--source", SHOP, "--raw", str(delivery))
    assert red.returncode == 1
    assert "regions_are_known" in red.stderr
    assert "Traceback" not in red.stderr
    with duckdb.connect(str(empty.serving), read_only=True) as connection:
        readable = connection.execute(
            "select schema_name from duckdb_tables() where schema_name != 'meta'"
        ).fetchall()
    assert readable == [("core",)]


def test_a_model_that_fails_publishes_nothing(
    copied_shop: Paths, broken_shop: Path, shop: Emporium
) -> None:
    before = digest(copied_shop.serving)
    model = broken_shop / "models" / "marts" / "sales" / "fct_orders.sql"
    edit(model, "from {{ ref('int_orders') }}", "from nowhere_to_be_found")
    red = shop(copied_shop, "run", "--source", SHOP, project=broken_shop)
    assert red.returncode == 1
    assert "The build failed at fct_orders" in red.stderr
    assert digest(copied_shop.serving) == before
    assert {status for status, _ in last_run(copied_shop).values()} == {"held"}


def test_a_killed_run_publishes_nothing_and_the_next_one_makes_up_for_it(
    copied_shop: Paths, corner_shop: Path, delivery: Path, shop: Emporium
) -> None:
    paths = copied_shop
    before = digest(paths.serving)
    for name, row in (
        ("orders", "5,bob,Bob,FR,2026-03-05 14:00:00"),
        ("order_lines", "5,1,teapot,1,20.00"),
    ):
        (delivery / f"{name}.csv").unlink()
        header = (DELIVERY / f"{name}.csv").read_text().splitlines()[0]
        (delivery / f"{name}_2.csv").write_text(f"{header}\n{row}\n")
    shutil.rmtree(paths.target / "build")
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration", "run", "--source", SHOP, "--raw", str(delivery)],
        cwd=corner_shop,
        env={**os.environ, **environment(corner_shop), "EMPORIUM_DATA": str(paths.data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    log = paths.target / "build" / "dbt.log"
    while process.poll() is None and not (log.exists() and "START sql" in log.read_text()):
        time.sleep(0.05)
    started = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(timeout=60) == -signal.SIGKILL
    psutil.wait_procs(started, timeout=60)
    assert digest(paths.serving) == before

    next_one = shop(paths, "run", "--source", SHOP)

    assert next_one.returncode == 0, next_one.stderr
    with duckdb.connect(str(paths.serving), read_only=True) as connection:
        paid = connection.execute("select sum(gmv_paid_amount) from sales.fct_orders").fetchone()
    assert str(paid) == "(Decimal('140.15'),)"
