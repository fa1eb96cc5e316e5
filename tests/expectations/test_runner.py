import socket
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.runner import DuckDBTables, GateReport, load_suite, run_gate
from expectations.suite import (
    Baseline,
    Expectation,
    Suite,
    expect,
    identity,
    on,
    read_baseline,
    volume,
)
from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR

ORDERS = "sales.fct_orders"
AS_OF = date(2024, 1, 11)

LINES_ARE_ORDERS = identity(
    "lines_sum_to_orders",
    "The lines of all orders sum to the orders, to the cent.",
    """
    select orders.total as orders_amount, lines.total as lines_amount
    from (select sum(order_amount) as total from sales.fct_orders) as orders
    cross join (select sum(line_amount) as total from sales.fct_order_lines) as lines
    where orders.total is distinct from lines.total
    """,
)


def sales_suite(baseline: Baseline) -> Suite:
    return [
        on(
            ORDERS,
            expect(
                "order_ids_are_unique",
                "Each order is one row.",
                "ExpectColumnValuesToBeUnique",
                column="order_id",
            ),
            expect(
                "daily_amounts_are_plausible",
                "An order is worth between 1 and 1,000 on average.",
                "ExpectColumnMeanToBeBetween",
                column="order_amount",
                min_value=1,
                max_value=1000,
            ),
            volume(
                "orders_keep_their_volume",
                "Orders are neither lost nor doubled against the published version.",
                table=ORDERS,
                baseline=baseline,
                at_least=0.99,
                at_most=1.5,
            ),
        ),
        on(
            "sales.fct_order_lines",
            expect(
                "line_keys_are_unique",
                "Each line of an order is one row.",
                "ExpectCompoundColumnsToBeUnique",
                column_list=["order_id", "line_number"],
            ),
            LINES_ARE_ORDERS,
            identity(
                "orders_are_not_restated",
                "No published order has another amount now.",
                """
                select order_id, before.order_amount as before, now.order_amount as now
                from published.sales.fct_orders as before
                join sales.fct_orders as now using (order_id)
                where before.order_amount is distinct from now.order_amount
                """,
            ),
        ),
    ]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return tmp_path / "data_docs"


def execute(path: Path, sql: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)


def gate(
    suite: Suite, warehouse: Path, docs: Path, published: Path | None = None, mart: str = "sales"
) -> GateReport:
    return run_gate(mart, suite, DuckDBTables(warehouse, published), docs, "nightly")


def one(expectation: Expectation) -> Suite:
    return [on(ORDERS, expectation)]


def pages(docs: Path, mart: str) -> str:
    return "".join(page.read_text() for page in (docs / "validations" / mart).rglob("*.html"))


def test_a_sound_candidate_is_green_in_the_order_of_its_suite(
    warehouse: Path, published: Path, docs: Path
) -> None:
    suite = sales_suite(read_baseline(published, AS_OF))
    report = gate(suite, warehouse, docs, published)
    assert report.passed, report
    assert [(result.table, result.name, result.statement) for result in report.results] == [
        (checks.table, expectation.name, expectation.statement)
        for checks in suite
        for expectation in checks.expectations
    ]
    assert all(result.passed and not result.reason for result in report.results)
    assert report.results[2].observed == "100"


@pytest.mark.parametrize(
    ("poison", "name", "reason"),
    [
        (
            "insert into sales.fct_orders select * from sales.fct_orders where order_id = 7",
            "order_ids_are_unique",
            "Values against it: 2 of 101, such as 7; 7.",
        ),
        (
            "update sales.fct_orders set order_amount = 2000",
            "daily_amounts_are_plausible",
            "Found 2,000.0, expected min value 1, max value 1,000.",
        ),
        (
            "delete from sales.fct_orders where order_id < 2",
            "orders_keep_their_volume",
            "Found 98, expected min value 99, max value 150.",
        ),
        (
            "update sales.fct_order_lines set line_number = 0 where order_id = 7",
            "line_keys_are_unique",
            "Values against it: 2 of 200, such as order_id 7, line_number 0; "
            "order_id 7, line_number 0.",
        ),
        (
            "update sales.fct_order_lines set line_amount = 5.06 where order_id = 7 "
            "and line_number = 0",
            "lines_sum_to_orders",
            "Rows against it: 1, such as orders_amount 1010.00, lines_amount 1010.01.",
        ),
        (
            "update sales.fct_orders set order_amount = 10.11 where order_id > 96",
            "orders_are_not_restated",
            "Rows against it: 3, such as order_id 97, before 10.10, now 10.11; "
            "order_id 98, before 10.10, now 10.11.",
        ),
    ],
)
def test_each_kind_of_expectation_can_fail_and_says_why(
    warehouse: Path, published: Path, docs: Path, poison: str, name: str, reason: str
) -> None:
    execute(warehouse, poison)
    report = gate(sales_suite(read_baseline(published, AS_OF)), warehouse, docs, published)
    failed = {result.name: result.reason for result in report.results if not result.passed}
    assert not report.passed
    assert failed[name] == reason


def test_a_cent_is_seen_where_a_float_would_not_see_it(warehouse: Path, docs: Path) -> None:
    execute(
        warehouse,
        "update sales.fct_orders set order_amount = 9999999999999999.98 where order_id = 0;"
        "update sales.fct_order_lines set line_amount = if(line_number = 0, "
        "9999999999999999.99, 0) where order_id = 0",
    )
    result = gate(one(LINES_ARE_ORDERS), warehouse, docs).results[0]
    assert not result.passed
    assert "orders_amount 10000000000000999.88, lines_amount 10000000000000999.89" in result.reason


@pytest.mark.parametrize(
    ("expectation", "reason"),
    [
        (identity("bad", "Bad.", "select nope from sales.fct_orders"), '"nope" not found'),
        (identity("bad", "Bad.", "select error('boom') from sales.fct_orders"), "boom"),
        (identity("bad", "Bad.", "select 1 from published.sales.fct_orders"), "does not exist"),
        (
            expect("bad", "Bad.", "ExpectColumnMaxToBeBetween", column="nope", max_value=1),
            'The column "nope"',
        ),
        (expect("bad", "Bad.", "ExpectTheImpossible"), "there is no ExpectTheImpossible"),
        (
            expect("bad", "Bad.", "ExpectColumnMaxToBeBetween", column="order_id", maximum=1),
            "maximum: extra fields not permitted",
        ),
    ],
)
def test_what_cannot_be_evaluated_has_failed_and_spares_the_others(
    warehouse: Path, docs: Path, expectation: Expectation, reason: str
) -> None:
    before = expect("before", "Before.", "ExpectColumnValuesToNotBeNull", column="order_id")
    after = identity("after", "After.", "select 1 from sales.fct_orders where order_id is null")
    report = gate([on(ORDERS, before, expectation, after)], warehouse, docs)
    assert not report.passed
    assert [result.passed for result in report.results] == [True, False, True]
    bad = report.results[1].reason
    assert bad.startswith("Not evaluated: ")
    assert reason in bad
    assert len(bad.splitlines()) == 1


def test_a_missing_table_fails_all_that_hangs_on_it(warehouse: Path, docs: Path) -> None:
    rows = expect("rows", "It has rows.", "ExpectTableRowCountToBeBetween", min_value=1)
    keys = expect("keys", "It has keys.", "ExpectColumnValuesToNotBeNull", column="order_id")
    report = gate([on("sales.fct_returns", rows, keys)], warehouse, docs)
    assert [result.passed for result in report.results] == [False, False]
    assert all("fct_returns does not exist" in result.reason for result in report.results)


def test_a_verdict_in_the_types_of_numpy_is_a_verdict(warehouse: Path, docs: Path) -> None:
    quantiles = {"quantiles": [0.5], "value_ranges": [[0, 10]]}
    checks = on(
        ORDERS,
        expect(
            "median_is_low",
            "Half of the orders are among the first ten.",
            "ExpectColumnQuantileValuesToBeBetween",
            column="order_id",
            quantile_ranges=quantiles,
        ),
        expect(
            "ids_are_amounts",
            "An order's id is above its amount.",
            "ExpectColumnPairValuesAToBeGreaterThanB",
            column_A="order_id",
            column_B="order_amount",
        ),
    )
    median, pair = gate([checks], warehouse, docs).results
    assert median.reason == (
        "Found quantiles 0.5, values 49, expected quantile ranges quantiles 0.5, "
        "value_ranges 0, 10."
    )
    assert pair.reason == "Values against it: 11 of 100, such as 0, 10.10; 1, 10.10; 2, 10.10."


def test_identical_expectations_under_two_names_are_both_reported(
    warehouse: Path, docs: Path
) -> None:
    first, second = (
        expect(name, "Set.", "ExpectColumnValuesToNotBeNull", column="order_id")
        for name in ("first", "second")
    )
    report = gate([on(ORDERS, first, second)], warehouse, docs)
    assert [(result.name, result.passed) for result in report.results] == [
        ("first", True),
        ("second", True),
    ]


def test_the_sql_of_an_identity_is_taken_literally(warehouse: Path, docs: Path) -> None:
    sql = """
    select {'share': '100 %', 'at': ' :noon', 'cast': 1::varchar} as found, null as nothing
    from sales.fct_orders
    where '12:30' like '%:%' and regexp_matches('aaa', 'a{3}') and order_id = 1;
    """
    result = gate(one(identity("literal", "Literal.", sql)), warehouse, docs).results[0]
    assert result.observed == (
        "1 against it: found {'share': '100 %', 'at': ' :noon', 'cast': '1'}, nothing null"
    )


GOOD = identity("good", "Good.", "select 1 where false")


@pytest.mark.parametrize(
    ("suite", "fault"),
    [
        ([], "checks nothing"),
        ([on(ORDERS)], "checks nothing on sales.fct_orders"),
        ([on("fct_orders", GOOD)], "not schema.table"),
        ([on(ORDERS, GOOD), on(ORDERS, GOOD)], "lists the table sales.fct_orders twice"),
        ([on(ORDERS, GOOD, GOOD)], "uses the name good twice"),
        ([on(ORDERS, identity("Not good", "x", "select 1"))], "not snake_case"),
        ([on(ORDERS, identity("mute", " ", "select 1"))], "no statement for mute"),
    ],
)
def test_a_suite_that_could_be_green_for_nothing_is_refused(
    warehouse: Path, docs: Path, suite: Suite, fault: str
) -> None:
    with pytest.raises(EmporiumError, match=f"suite of sales .*{fault}"):
        gate(suite, warehouse, docs)


def test_the_candidate_and_the_working_folder_are_left_as_they_were(
    warehouse: Path, published: Path, docs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a gate used the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    files = [warehouse, published]
    before = [sha256(file.read_bytes()).digest() for file in files]
    assert gate(sales_suite(read_baseline(published, AS_OF)), warehouse, docs, published).passed
    assert [sha256(file.read_bytes()).digest() for file in files] == before
    assert list(elsewhere.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "build",
        "data_docs",
        "elsewhere",
        "serving",
    ]
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop table sales.fct_orders")


def test_data_docs_show_the_last_gate_of_every_mart(
    warehouse: Path, published: Path, docs: Path
) -> None:
    baseline = read_baseline(published, AS_OF)
    suite = sales_suite(baseline)
    gate(suite, warehouse, docs, published)
    cost = [on("cost.fct_costs", identity("cost_is", "Cost $5 or ${6}.", "select 1 where false"))]
    gate(cost, warehouse, docs, mart="cost")
    execute(warehouse, "delete from sales.fct_orders where order_id = 7")
    gate(suite[1:], warehouse, docs, published)

    assert "Cost $5 or ${6}." in pages(docs, "cost")
    sales = pages(docs, "sales")
    assert LINES_ARE_ORDERS.statement in sales
    # The first gate's pages are gone, with the table that is no longer looked at.
    assert "Each order is one row." not in sales
    index = (docs / "index.html").read_text()
    assert "validations/cost/fct_costs" in index
    assert index.count("validations/sales/fct_order_lines/nightly") == 1
    assert "validations/sales/fct_orders/" not in index


def test_a_gate_reads_a_path_as_it_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "it's 50% of $HOME #1"
    folder.mkdir()
    execute(folder / "w.duckdb", "create schema cost; create table cost.fct_costs as select 1 as i")
    execute(folder / "p.duckdb", "create schema cost; create table cost.fct_costs as select 1 as i")
    sql = "from cost.fct_costs except from published.cost.fct_costs"
    suite = [on("cost.fct_costs", identity("same", "Same.", sql))]
    docs = folder / "docs"
    tables = DuckDBTables(folder / "w.duckdb", folder / "p.duckdb")
    report = run_gate("cost", suite, tables, docs, "nightly")
    assert report.passed, report
    assert (docs / "index.html").exists()
    assert {path.name for path in tmp_path.iterdir()} == {folder.name}


def test_files_that_cannot_be_used_end_in_one_sentence(
    warehouse: Path, docs: Path, tmp_path: Path
) -> None:
    suite = one(GOOD)
    with pytest.raises(EmporiumError, match="no candidate of sales"):
        gate(suite, tmp_path / "none.duckdb", docs)
    junk = tmp_path / "junk.duckdb"
    junk.write_bytes(b"junk" * 5000)
    for candidate, serving in ((junk, None), (warehouse, junk)):
        with pytest.raises(EmporiumError, match=r"cannot open .*junk.duckdb.*not a valid DuckDB"):
            gate(suite, candidate, docs, serving)
    with pytest.raises(EmporiumError, match=r"serving file .*junk.duckdb cannot be read"):
        read_baseline(junk, AS_OF)
    with pytest.raises(EmporiumError, match=r"report of the gate of sales cannot be written"):
        gate(suite, warehouse, junk)
    # Whatever went wrong, nothing holds the candidate open.
    execute(warehouse, "drop table sales.fct_orders")


def test_a_baseline_counts_what_is_published(published: Path) -> None:
    assert read_baseline(published, AS_OF).published_rows == {
        "sales.fct_orders": 100,
        "sales.fct_order_lines": 200,
        "cost.fct_costs": 1,
    }
    assert read_baseline(published.with_name("none.duckdb"), AS_OF) == Baseline(AS_OF)
    assert read_baseline(None, AS_OF).published_rows == {}


def test_a_table_never_published_needs_rows_and_nothing_else(warehouse: Path, docs: Path) -> None:
    check = volume(
        "volume", "Volume.", table=ORDERS, baseline=Baseline(AS_OF), at_least=0.99, at_most=1.5
    )
    assert gate(one(check), warehouse, docs).passed
    execute(warehouse, "delete from sales.fct_orders")
    assert not gate(one(check), warehouse, docs).passed


@pytest.mark.parametrize("mart", ["no_such_mart", "runner"])
def test_a_mart_without_a_suite_is_named(mart: str) -> None:
    with pytest.raises(EmporiumError, match=f"{mart} has no gate"):
        load_suite(mart)


def test_a_suite_is_loaded_from_its_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import expectations

    (tmp_path / "toys.py").write_text("def suite(baseline):\n    return []\n")
    (tmp_path / "broken.py").write_text("import no_such_library\n")
    monkeypatch.setattr(expectations, "__path__", [*expectations.__path__, str(tmp_path)])
    assert load_suite("toys")(Baseline(AS_OF)) == []
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        load_suite("broken")


def test_listing_what_a_gate_checks_does_not_import_great_expectations() -> None:
    code = "import sys, expectations.runner; sys.exit('great_expectations' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_process_without_a_main_file_can_gate() -> None:
    """As those that Dagster's UI starts, also where Spark is installed."""
    done = subprocess.run(
        [sys.executable, "-c", "import expectations.runner as r; r.import_gx(); print('there')"],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "there\n", done.stderr
