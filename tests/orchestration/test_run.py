"""The main job from the command line, on real input and on bad input."""

import hashlib
import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import duckdb
import pytest

import orchestration.basis as basis_module
import orchestration.project as project_module
from orchestration.assets.dbt import _has_work
from orchestration.basis import basis_of, forget, keep, stands
from orchestration.engines import engine_of
from orchestration.locking import only_writer
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from tests.conftest import SOURCE, Emporium

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
GOOD_ROWS = [
    "500001,22423,CAKE STAND,2,2011-12-01 10:00:00,12.75,12345,United Kingdom",
    "500001,POST,POSTAGE,1,2011-12-01 10:00:00,18.00,12345,United Kingdom",
    "500002,22424,BREAD BIN,1,2011-12-05 10:00:00,10.95,,France",
    "C500003,22423,CAKE STAND,-1,2011-12-06 10:00:00,12.75,12345,United Kingdom",
]


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


@pytest.fixture(scope="module")
def parsed(emporium: Emporium, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """An empty data folder whose dbt project is already parsed."""
    paths = Paths(tmp_path_factory.mktemp("parsed"))
    done = emporium(paths, "prepare", "--source", SOURCE)
    assert done.returncode == 0, done.stderr
    return paths


@pytest.fixture
def small(parsed: Paths, tmp_path: Path) -> Paths:
    """A copy of that folder, for orders few enough to read."""
    shutil.copytree(parsed.data, tmp_path / "small")
    return Paths(tmp_path / "small")


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    folder.mkdir()
    return folder


def write_csv(folder: Path, rows: list[str], header: str = HEADER) -> None:
    (folder / "online_retail.csv").write_text("\n".join([header, *rows]) + "\n")


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


def test_a_second_run_changes_nothing(
    copied_warehouse: Paths, test_data: Path, emporium: Emporium
) -> None:
    paths = copied_warehouse
    before = digest(paths.serving)
    hashes = "select mart, content_hash, row_count from history.meta.publications order by all"
    first = history(paths, hashes)

    again = emporium(paths, "run", "--source", SOURCE, "--raw", str(test_data / SOURCE))

    assert again.returncode == 0, again.stderr
    assert "landed before" in again.stderr
    assert "nothing has changed since all marts were published" in again.stderr
    assert "Headline by quarter" in again.stdout
    assert digest(paths.serving) == before
    assert history(paths, hashes) == first

    # Nor does building everything once more.
    forget(paths)
    rebuilt = emporium(paths, "run", "--source", SOURCE)
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert {status for status, _ in last_run(paths).values()} == {"unchanged"}
    assert digest(paths.serving) == before
    assert history(paths, hashes) == sorted(first * 2)
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
    for module in (basis_module, project_module):
        monkeypatch.setattr(module, "PROJECT_DIR", copy)
    monkeypatch.setattr(project_module, "PROFILES_DIR", copy / "profiles")
    project = Project(Paths(tmp_path / "data"), None)
    before = basis_of(project, "")
    assert before == basis_of(project, "")
    edited = sorted((copy / folder).rglob("*.sql" if folder == "models" else "*.py"))[0]
    edited.write_text(edited.read_text() + "\n")
    assert basis_of(project, "") != before


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
    copied_warehouse: Paths, emporium: Emporium
) -> None:
    paths = copied_warehouse
    first = digest(paths.serving)

    later = emporium(paths, "run", "--source", SOURCE, "--as-of", "2011-12-11")
    assert later.returncode == 0, later.stderr
    assert {status for status, _ in last_run(paths).values()} == {"published"}
    assert digest(paths.serving) != first

    back = emporium(paths, "rollback")
    assert back.returncode == 0, back.stderr
    assert "Version 1 is readable again" in back.stdout
    assert "rolled back" in paths.page.read_text()
    assert digest(paths.serving) == first

    nothing_left = emporium(paths, "rollback")
    assert nothing_left.returncode == 1
    assert "nothing to roll back" in nothing_left.stderr
    assert digest(paths.serving) == first


@pytest.fixture
def poisoned_project(tmp_path: Path) -> Path:
    """The project, with a model that doubles the revenue of one order."""
    project = tmp_path / "project"
    leave_out = shutil.ignore_patterns(".venv", ".git", "data", "target", "logs", ".*_cache")
    shutil.copytree(PROJECT_DIR, project, ignore=leave_out)
    model = project / "models" / "marts" / "sales" / "fct_orders.sql"
    honest = "cast(lines.gmv_paid_amount as decimal(18, 2)) as gmv_paid_amount"
    poison = (
        "cast(lines.gmv_paid_amount * case when orders.order_id = 'online_retail:536365' "
        "then 2 else 1 end as decimal(18, 2)) as gmv_paid_amount"
    )
    sql = model.read_text()
    assert sql.count(honest) == 1
    model.write_text(sql.replace(honest, poison))
    return project


def test_a_doubled_revenue_never_reaches_readers(
    copied_warehouse: Paths, poisoned_project: Path, emporium: Emporium
) -> None:
    paths = copied_warehouse
    before = digest(paths.serving)

    red = emporium(paths, "run", "--source", SOURCE, project=poisoned_project)

    assert red.returncode == 1
    assert digest(paths.serving) == before
    # The terminal says why,
    assert "lines_add_up_to_orders" in red.stderr
    assert "Traceback" not in red.stderr
    # so does meta, for the mart and for those that read it, while the others are let through,
    marts = last_run(paths)
    assert marts["core"][0] == "unchanged"
    assert marts["sales"][0] == "held"
    assert "lines_add_up_to_orders" in marts["sales"][1]
    for reader in ("members", "products"):
        assert marts[reader] == ("held", "reads sales, which is held")
    broken = history(
        paths,
        "select expectation, reason from history.meta.gate_results where not is_passed",
    )
    assert {name for name, _ in broken} >= {
        "lines_add_up_to_orders",
        "orders_climb_down_the_ladder",
    }
    assert all("536365" in reason for _, reason in broken)
    # so does the page, although the serving file is the old one,
    page = paths.page.read_text()
    assert "<strong>sales</strong> is held by its gate since" in page
    assert "lines_add_up_to_orders" in page
    # and so does Dagster.
    status, checks = dagster_run(paths)
    assert status == "FAILURE"
    assert checks["sales/fct_orders"] is False
    assert checks["core/dim_dates"] is True


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
    small: Paths, delivery: Path, emporium: Emporium
) -> None:
    broken = "500004,22423,CAKE STAND,two,2011-12-07 10:00:00,12.75,12345,United Kingdom"
    write_csv(delivery, [*(f"{row},web" for row in [*GOOD_ROWS, broken])], HEADER + ",Campaign")

    done = emporium(small, "run", "--source", SOURCE, "--raw", str(delivery))

    # An unknown column is kept and reported, text instead of numbers is cast row by row.
    assert done.returncode == 0, done.stderr
    assert "Campaign" in done.stderr
    assert "quantity is missing or not a number" in done.stdout
    with duckdb.connect(str(small.warehouse), read_only=True) as connection:
        [(rule, row, raw)] = connection.execute(
            "select broken_rule, source_row, raw_row from meta.quarantine"
        ).fetchall()
    assert rule == "quantity is missing or not a number"
    assert row == 5
    assert '"Quantity":"two"' in raw
    with duckdb.connect(str(small.serving), read_only=True) as connection:
        [(orders, paid, net)] = connection.execute(
            "select count(*), sum(gmv_paid_amount), sum(net_sales_by_order_date_amount) "
            "from sales.fct_orders"
        ).fetchall()
    assert (orders, str(paid), str(net)) == (2, "36.45", "23.70")


def test_a_delivery_of_which_no_row_is_valid_is_refused(
    small: Paths, delivery: Path, emporium: Emporium
) -> None:
    write_csv(delivery, [row.replace("5000", "X") for row in GOOD_ROWS])
    red = emporium(small, "run", "--source", SOURCE, "--raw", str(delivery))
    assert red.returncode == 1
    assert "All 4 landed rows of online_retail.invoice_lines broke its contract" in red.stderr
    assert "invoice number is not six digits" in red.stderr
    assert not small.serving.exists()


BAD_DELIVERIES = [
    pytest.param("nowhere", None, "does not exist", id="missing folder"),
    pytest.param("delivery", b"", "empty", id="empty file"),
    pytest.param("delivery", b"PAR1 this is no Parquet PAR1", "", id="corrupt Parquet"),
]


@pytest.mark.parametrize(("folder", "content", "words"), BAD_DELIVERIES)
def test_a_bad_delivery_ends_in_one_sentence(
    copied_warehouse: Paths,
    delivery: Path,
    emporium: Emporium,
    folder: str,
    content: bytes | None,
    words: str,
) -> None:
    before = digest(copied_warehouse.serving)
    if content is not None:
        (delivery / "online_retail.parquet").write_bytes(content)
    red = emporium(
        copied_warehouse, "run", "--source", SOURCE, "--raw", str(delivery.with_name(folder))
    )
    assert red.returncode == 1
    [sentence] = [line for line in red.stderr.splitlines() if line.startswith("Error: ")]
    assert folder in red.stderr
    assert words in red.stderr
    assert "Traceback" not in red.stderr
    assert sentence
    assert digest(copied_warehouse.serving) == before


def test_nothing_landed_is_told(small: Paths, emporium: Emporium) -> None:
    red = emporium(small, "run", "--source", SOURCE)
    assert red.returncode == 1
    assert "No data has landed for online_retail" in red.stderr


def test_two_runs_at_once_are_refused(copied_warehouse: Paths, emporium: Emporium) -> None:
    before = digest(copied_warehouse.serving)
    with only_writer(copied_warehouse):
        red = emporium(copied_warehouse, "run", "--source", SOURCE)
    assert red.returncode == 1
    assert "Another run is writing" in red.stderr
    assert digest(copied_warehouse.serving) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--source", "nosuch"], "Unknown source system 'nosuch'"),
        (["--source", SOURCE, "--as-of", "yesterday"], "AS_OF is 'yesterday'"),
        (["--raw", "."], "RAW needs SOURCE"),
    ],
)
def test_wrong_settings_end_in_one_sentence(
    small: Paths, emporium: Emporium, arguments: list[str], words: str
) -> None:
    red = emporium(small, "run", *arguments)
    assert red.returncode == 1
    assert words in red.stderr
    assert "Traceback" not in red.stderr


def test_a_data_folder_that_cannot_be_written_is_told(tmp_path: Path, emporium: Emporium) -> None:
    (tmp_path / "file").write_text("in the way")
    red = emporium(Paths(tmp_path / "file"), "run", "--source", SOURCE)
    assert red.returncode == 1
    assert "is a file" in red.stderr


def test_a_first_run_that_sales_do_not_pass_is_told(
    small: Paths, delivery: Path, emporium: Emporium
) -> None:
    """Core is let through, so there is a serving file, but none with sales in it."""
    write_csv(delivery, [row.replace("United Kingdom", "Atlantis") for row in GOOD_ROWS])
    red = emporium(small, "run", "--source", SOURCE, "--raw", str(delivery))
    assert red.returncode == 1
    assert "regions_are_known" in red.stderr
    assert "Traceback" not in red.stderr
    assert small.serving.exists()


def test_a_model_that_fails_publishes_nothing(
    copied_warehouse: Paths, tmp_path: Path, poisoned_project: Path, emporium: Emporium
) -> None:
    before = digest(copied_warehouse.serving)
    model = poisoned_project / "models" / "marts" / "sales" / "fct_sales_daily.sql"
    model.write_text(model.read_text().replace("from movements", "from nowhere_to_be_found"))
    red = emporium(copied_warehouse, "run", "--source", SOURCE, project=poisoned_project)
    assert red.returncode == 1
    assert "The build failed at fct_sales_daily" in red.stderr
    assert digest(copied_warehouse.serving) == before
    assert {status for status, _ in last_run(copied_warehouse).values()} == {"held"}
