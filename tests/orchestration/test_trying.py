"""A change is tried: built with all that follows from it, compared, and not published."""

import json
import shutil
from pathlib import Path
from textwrap import dedent

import duckdb
import pytest

from orchestration.comparing import ANSWERS, AnswerChange, TableChange, changes, table_change
from orchestration.errors import EmporiumError
from orchestration.paths import Paths
from orchestration.project import Project
from orchestration.summary import show_changes
from orchestration.trying import require
from tests.conftest import Emporium
from tests.orchestration.small_project import SOURCE

FORMULA = "cast(lines.gmv_paid_amount as decimal(18, 2))"
CHANGED = "cast(lines.gmv_paid_amount * if(orders.customer_id like '%bob', 10, 1) as decimal(18,2))"
UNIT_TEST = """
    version: 2
    unit_tests:
      - name: fct_orders__sums_lines
        model: fct_orders
        overrides: {vars: {business_tz: UTC}}
        given:
          - input: ref('int_orders')
            rows: [{order_id: o, customer_id: bob, region_id: GB, placed_at: 2026-01-01 10:00:00}]
          - input: ref('int_order_lines')
            rows: [{order_id: o, quantity: 2, unit_price: 3}]
        expect:
          rows: [{order_id: o, gmv_paid_amount: %s}]
"""


@pytest.fixture
def edited(corner_shop: Path, tmp_path: Path) -> Path:
    """A copy of the small project in which bob pays ten times as much."""
    project = shutil.copytree(corner_shop, tmp_path / "project")
    model = project / "models" / "marts" / "sales" / "fct_orders.sql"
    assert FORMULA in model.read_text()
    model.write_text(model.read_text().replace(FORMULA, CHANGED))
    return project


def candidates(paths: Paths) -> list[tuple[object, ...]]:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return connection.execute(
            "select customer_id, gmv_paid_amount, spend_rank from members.dim_customers order by 1"
        ).fetchall()


def test_what_follows_from_a_change_is_built_and_shown(
    copied_shop: Paths, edited: Path, shop: Emporium
) -> None:
    unit_test = edited / "models" / "marts" / "sales" / "tried.yml"
    readers, built = copied_shop.serving.read_bytes(), candidates(copied_shop)
    assert copied_shop.basis.exists()

    # A unit test that the formula breaks comes before all else.
    unit_test.write_text(dedent(UNIT_TEST % 6))
    red = shop(copied_shop, "try", "fct_orders", "--source", SOURCE, project=edited)
    assert red.returncode == 1
    assert "fct_orders__sums_lines" in red.stdout and "60" in red.stdout
    assert "dbt's log is" in red.stderr
    assert "Traceback" not in red.stderr
    assert candidates(copied_shop) == built

    unit_test.write_text(dedent(UNIT_TEST % 60))
    green = shop(copied_shop, "try", "fct_orders", "--source", SOURCE, project=edited)
    assert green.returncode == 0, green.stderr
    assert "gmv_paid_amount (1)" in green.stdout
    # Python ranks customers by what follows from the model, and a mart reads that.
    assert "spend_rank (2)" in green.stdout
    assert "2 of 2 tables differ" in green.stdout
    assert [rank for *_, rank in candidates(copied_shop)] == [2, 1]

    # Readers have what they had, and a reviewer sees the difference again.
    assert copied_shop.serving.read_bytes() == readers
    # The next run does not take what was tried for what was published.
    assert not copied_shop.basis.exists()
    seen = shop(copied_shop, "diff", "--source", SOURCE)
    assert "2 of 4 tables differ" in seen.stdout and "spend_rank (2)" in seen.stdout


def test_a_wrong_name_is_one_sentence(sold: Paths) -> None:
    project = Project(sold, SOURCE)
    project.manifest = json.loads(project.manifest_path.read_text())
    require(project, ["fct_orders", "regions"])
    with pytest.raises(EmporiumError, match=r"named 'fct_order' \(is it fct_orders"):
        require(project, ["fct_order"])
    with pytest.raises(EmporiumError, match="named 'nothing_like_it'; with one source"):
        require(project, ["fct_orders", "nothing_like_it"])


def test_where_there_is_nothing_to_compare_it_says_so(sold: Paths, tmp_path: Path) -> None:
    with pytest.raises(EmporiumError, match="Nothing has been built"):
        changes(Paths(tmp_path), {})
    with pytest.raises(EmporiumError, match="on DuckDB alone"):
        changes(Paths(tmp_path, "spark"), {})
    with pytest.raises(EmporiumError, match=r"no .*nowhere\.duckdb to compare with"):
        changes(sold, {}, tmp_path / "nowhere.duckdb")
    assert changes(sold, {"sales": ["fct_orders"]}, sold.warehouse).tables == ()


@pytest.fixture
def states() -> duckdb.DuckDBPyConnection:
    """Two databases with a mart each."""
    connection = duckdb.connect()
    for state in ("published", "candidate"):
        connection.execute(f"attach ':memory:' as {state}")
        connection.execute(f"create schema {state}.sales")
    return connection


def fill(
    connection: duckdb.DuckDBPyConnection, state: str, rows: str, columns: str = "n int, t text"
) -> None:
    connection.execute(f"create table {state}.sales.t (k int primary key, {columns})")
    connection.execute(f"insert into {state}.sales.t {rows}")


ONE = "values (1, 1, 'a')"


@pytest.mark.parametrize(
    ("published", "candidate", "expected"),
    [
        (ONE, ONE, TableChange("sales.t", 1, 1, columns={})),
        (ONE, "values (2, 1, 'a')", TableChange("sales.t", 1, 1, 1, 1, columns={})),
        (
            "values (1, 1, 'a'), (2, null, 'b'), (3, 3, null)",
            "values (1, 2, 'z'), (2, null, 'b'), (3, null, null)",
            TableChange("sales.t", 3, 3, changed=2, columns={"n": 2, "t": 1}),
        ),
        ("select 1, 1, 'a' limit 0", ONE, TableChange("sales.t", 0, 1, 1, columns={})),
    ],
)
def test_rows_are_paired_by_their_key(
    states: duckdb.DuckDBPyConnection, published: str, candidate: str, expected: TableChange
) -> None:
    fill(states, "published", published)
    fill(states, "candidate", candidate)
    assert table_change(states, "sales.t") == expected
    assert expected.is_one == (published != candidate)


def test_a_column_that_one_lacks_is_named(states: duckdb.DuckDBPyConnection) -> None:
    fill(states, "published", "values (1, 1, 'a')")
    fill(states, "candidate", "values (1, 1, 'a')", "n int, u text")
    found = table_change(states, "sales.t")
    assert (found.changed, found.columns, found.is_one) == (0, {"t": -1, "u": -1}, True)


def test_a_table_that_one_lacks_is_named(states: duckdb.DuckDBPyConnection) -> None:
    fill(states, "candidate", "values (1, 1, 'a')")
    assert table_change(states, "sales.t") == TableChange("sales.t", None, 1)
    assert table_change(states, "sales.gone") == TableChange("sales.gone", None, None)
    states.execute("create table published.sales.gone as select 1 as k")
    assert table_change(states, "sales.gone") == TableChange("sales.gone", 1, None)


def test_a_table_without_a_key_cannot_be_compared(states: duckdb.DuckDBPyConnection) -> None:
    for state in ("published", "candidate"):
        states.execute(f"create table {state}.sales.loose as select 1 as k")
    with pytest.raises(EmporiumError, match=r"sales\.loose declares no primary key"):
        table_change(states, "sales.loose")


def test_answers_that_moved_come_with_both_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = Paths(tmp_path)
    same = "('K1', 'q', 'a', 1, 'share')"
    for file, rows in (
        (paths.serving, "('K1', 'p', 'a', 2, 'share'), ('K2', 'p', 'a', null, 'money')"),
        (paths.warehouse, "('K1', 'p', 'a', 3, 'share'), ('K3', 'p', 'b', 5, 'money')"),
    ):
        file.parent.mkdir(parents=True)
        with duckdb.connect(str(file)) as connection:
            connection.execute("create schema review")
            connection.execute(
                f"create table {ANSWERS} (question_id text, period text, scope text, value double, "
                "unit text, primary key (question_id, period, scope))"
            )
            connection.execute(f"insert into {ANSWERS} values {rows}, {same}")
    found = changes(paths, {"review": ["fct_answers"]})
    assert found.answers == (
        AnswerChange("K1", "p", "a", "share", 2, 3),
        AnswerChange("K3", "p", "b", "money", None, 5),
    )
    show_changes(found)
    said = capsys.readouterr().out
    assert "+1 (+50.00%)" in said
    assert "1 of 1 tables differ, and 2 answers to K1, K3." in said
    show_changes(found, question="k3")
    said = capsys.readouterr().out
    assert "│ K3" in said and "│ K1" not in said
