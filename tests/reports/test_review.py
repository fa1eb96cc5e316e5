"""The review of a simulated shop, from its files to the terminal."""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from reports.answers import read_questions

MOBILE = ["app", "mini_program", "h5"]


@pytest.fixture(scope="module")
def serving(storefront: Paths) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(storefront.serving), read_only=True)


@pytest.fixture
def copied(storefront: Paths, tmp_path: Path) -> Paths:
    """A serving file that a test may change."""
    paths = Paths(tmp_path)
    paths.serving.parent.mkdir()
    shutil.copyfile(storefront.serving, paths.serving)
    paths.serving.chmod(0o644)
    return paths


def review(paths: Paths, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reports", *arguments],
        cwd=PROJECT_DIR,
        env={**os.environ, "EMPORIUM_DATA": str(paths.data)},
        capture_output=True,
        text=True,
        check=False,
    )


def refused(paths: Paths, *arguments: str) -> str:
    """The one sentence that a refusal is told in."""
    done = review(paths, *arguments)
    assert done.returncode == 1
    assert not done.stdout
    assert "Traceback" not in done.stderr
    [line] = done.stderr.splitlines()
    return line


NOT_MEASURABLE = {
    "K151": "no segment of so small a shop loses more than chance explains",
}


def test_every_answered_question_has_a_value(serving: duckdb.DuckDBPyConnection) -> None:
    without = serving.execute("""
        select question_id
        from review.dim_questions
        anti join (from review.fct_answers where period = '2026H1' and value is not null)
            using (question_id)
        where is_answered
    """).fetchall()
    assert {question for (question,) in without} == set(NOT_MEASURABLE)
    silent = serving.execute("""
        select question_id, scope from review.fct_answers where value is null and note is null
    """).fetchall()
    assert not silent


def test_every_answer_is_named_in_words(serving: duckdb.DuckDBPyConnection) -> None:
    labels = serving.execute(
        "select question_id, scope, label_en, label_zh from review.dim_answers"
    ).fetchall()
    answered = serving.execute("select distinct question_id, scope from review.fct_answers")
    assert sorted(row[:2] for row in labels) == sorted(answered.fetchall())
    # A search term is what customers typed.
    keys = [
        (scope, english, chinese)
        for question, scope, english, chinese in labels
        if not (question == "K110" and scope.startswith("term_"))
        and (
            re.search(r"[_*]|[a-z]:[a-z]|storefront", english + chinese)
            or not re.search(r"[\u4e00-\u9fff]", chinese)
        )
    ]
    assert keys == []
    # Two answers to a question that are called alike would be one to a reader.
    called = Counter((question, english) for question, _, english, _ in labels)
    assert [name for name, count in called.items() if count > 1] == []


def test_no_label_is_of_nothing(serving: duckdb.DuckDBPyConnection) -> None:
    """Each line of the seed names something that this shop has."""
    scopes = serving.execute("select question_id, scope from review.dim_answers").fetchall()
    with (PROJECT_DIR / "seeds" / "registry" / "labels.csv").open() as file:
        lines = [(line["question_id"], line["scope"]) for line in csv.DictReader(file)]
    idle = [
        (question, pattern)
        for question, pattern in lines
        if not any(q == question and fnmatchcase(scope, pattern) for q, scope in scopes)
    ]
    assert idle == []


def test_sales_of_each_month_are_those_of_the_orders(
    storefront: Paths, serving: duckdb.DuckDBPyConnection
) -> None:
    """By another engine, from orders and lines as they were conformed."""
    with duckdb.connect(str(storefront.warehouse), read_only=True) as connection:
        orders = connection.table("intermediate.int_orders").pl()
        lines = connection.table("intermediate.int_order_lines").pl()
        rates = connection.table("intermediate.int_exchange_rates").pl()
    merchandise = lines.group_by("order_id").agg(
        amount=(pl.col("unit_price") * pl.col("quantity") - pl.col("line_discount")).sum(),
        lines=pl.len(),
    )
    clock = {"placed_on": "placed_at", "paid_on": "paid_at"}
    paid = (
        orders.filter(~pl.col("is_test") & pl.col("paid_at").is_not_null())
        .join(merchandise, on="order_id")
        .with_columns(
            pl.col(column)
            .dt.replace_time_zone("UTC")
            .dt.convert_time_zone("Asia/Shanghai")
            .dt.date()
            .alias(name)
            for name, column in clock.items()
        )
        .sort("placed_on")
        .join_asof(
            rates.sort("rate_date"),
            left_on="placed_on",
            right_on="rate_date",
            by="currency_code",
            check_sortedness=False,
        )
        .with_columns(
            month=pl.col("paid_on").dt.strftime("%Y-%m"),
            is_foreign=pl.col("currency_code") != "CNY",
            rate=pl.when(pl.col("currency_code") == "CNY")
            .then(1.0)
            .otherwise(pl.col("exchange_rate").cast(pl.Float64)),
        )
        .group_by("month")
        .agg(
            orders=pl.len(),
            mobile=pl.col("terminal").is_in(MOBILE).sum(),
            amount=(
                (pl.col("amount") - pl.col("order_discount")).cast(pl.Float64) * pl.col("rate")
            ).sum(),
            foreign_lines=(pl.col("lines") * pl.col("is_foreign")).sum(),
        )
        .sort("month")
    )
    found = serving.execute("""
        select orders.period, orders.n, cast(orders.numerator as bigint), sales.value
        from review.fct_answers as orders
        inner join review.fct_answers as sales using (period)
        inner join core.dim_periods using (period)
        where
            period_kind = 'month'
            and orders.question_id = 'K021' and orders.scope = 'paid_orders'
            and sales.question_id = 'K001' and sales.scope = 'gmv_paid'
        order by period
    """).fetchall()
    assert len(found) == 18
    for (*counts, value), (month, count, mobile, amount, foreign_lines) in zip(
        found, paid.rows(), strict=True
    ):
        assert tuple(counts) == (month, count, mobile)
        # Each line of a foreign order is rounded to the cent once it is converted.
        assert value == pytest.approx(amount, abs=0.001 + 0.01 * foreign_lines)


def test_the_review_is_printed_with_all_that_an_answer_needs(storefront: Paths) -> None:
    done = review(storefront, "--period", "2026H1")
    assert done.returncode == 0, done.stderr
    for text in (
        "Operations review of 2026H1",
        "平台总销售额",
        "numerator",
        "95% interval",
        "mature",
    ):
        assert text in done.stdout
    assert "sales: as of 2026-07-01, published" in done.stdout
    assert "orders placed are too young to count" in done.stdout
    assert "Open, waiting for channels: K032" in done.stdout


def test_the_longest_complete_period_is_the_default(storefront: Paths) -> None:
    assert "Operations review of 2026H1" in review(storefront).stdout


def test_one_question_is_printed_alone_even_if_it_is_open(storefront: Paths) -> None:
    answered = review(storefront, "--period", "2026q2", "--question", "订单完成率").stdout
    assert "K010 Order completion rate" in answered
    assert "K001" not in answered
    assert "waits for cost" in review(storefront, "--question", "K030").stdout


def test_a_held_mart_says_since_when_and_why(copied: Paths) -> None:
    with duckdb.connect(str(copied.serving)) as connection:
        connection.execute("""
            insert into meta.publications by name
            select * replace (
                'held' as status, timestamp '2026-07-02 06:00' as since,
                'lines_add_up_to_orders: 1 row' as reason
            )
            from meta.publications where mart = 'sales'
        """)
    shown = " ".join(review(copied, "--question", "K001").stdout.replace("│", " ").split())
    assert "held since 2026-07-02 06:00: lines_add_up_to_orders: 1 row" in shown


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--period", "2031H1"), "it has 2025-01"),
        (("--question", "K153"), "give a number from K001 to K152, or words of a name"),
    ],
)
def test_what_does_not_exist_is_told_with_what_does(
    storefront: Paths, arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refused(storefront, *arguments)


def test_without_a_serving_file_it_says_how_to_get_one(tmp_path: Path) -> None:
    assert "make refresh" in refused(Paths(tmp_path))


def test_without_a_review_it_says_why(copied: Paths) -> None:
    with duckdb.connect(str(copied.serving)) as connection:
        connection.execute("drop schema review cascade")
    assert "holds no review: publish it" in refused(copied)
    with duckdb.connect(str(copied.serving)) as connection:
        connection.execute("update meta.publications set status = 'held', reason = 'reads sales'")
    assert "holds no review, because it is held (reads sales)" in refused(copied)


def test_a_serving_file_of_another_version_is_named(copied: Paths) -> None:
    with duckdb.connect(str(copied.serving)) as connection:
        connection.execute("alter table review.dim_answers drop column direction")
    said = refused(copied)
    assert "published by another version of this project" in said
    assert said.endswith("publish it anew with `make refresh`.")
    assert "could not be made" in refused(copied, "--page")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("k026", {"K026"}),
        (" K026 ", {"K026"}),
        ("订单完成率", {"K010"}),
        ("mobile share", {"K021"}),
        ("ADD-TO-CART", {"K046"}),
        ("recommendation", {"K002", "K041"}),
    ],
)
def test_questions_are_found_by_number_or_words(
    serving: duckdb.DuckDBPyConnection, asked: str, found: set[str]
) -> None:
    assert {each.question_id for each in read_questions(serving, asked)} >= found
    assert len(read_questions(serving, asked)) < 10


def test_a_damaged_serving_file_is_named(copied: Paths) -> None:
    copied.serving.write_bytes(b"no database")
    assert "make rollback" in refused(copied)


@pytest.mark.parametrize(
    ("damage", "expectation"),
    [
        ("update review.fct_answers set value = value + 0.01 where period = '2026-05'",
         "values_are_made_of_their_parts"),
        ("update review.fct_answers set value = value + 1 where question_id = 'K001' "
         "and period = '2026Q1'", "parts_of_a_period_add_up"),
        ("update review.fct_answers set value = value * 2 where question_id = 'K001'",
         "sales_are_those_of_the_mart"),
        ("update review.fct_answers set value = 1.2, numerator = 1.2 * denominator "
         "where question_id = 'K010'", "values_stay_in_the_range_of_their_unit"),
        ("update review.fct_answers set ci_low = ci_high where ci_low is not null",
         "intervals_hold_their_values"),
        ("update review.fct_answers set note = null where value is null",
         "missing_values_are_explained"),
        ("delete from review.fct_answers where question_id = 'K024' and period = '2026H1'",
         "registered_questions_are_answered"),
        ("update review.dim_questions set is_answered = true where question_id = 'K030'",
         "registered_questions_are_answered"),
        ("delete from review.dim_questions where question_id = 'K152'", "the_register_is_whole"),
        ("delete from review.dim_answers where question_id = 'K001'", "answers_have_their_words"),
    ],
)  # fmt: skip
def test_the_gate_of_review_notices(
    storefront: Paths, tmp_path: Path, damage: str, expectation: str
) -> None:
    from expectations.review import suite
    from expectations.runner import DuckDBTables, run_gate
    from expectations.suite import read_baseline

    candidate = tmp_path / "candidate.duckdb"
    shutil.copyfile(storefront.serving, candidate)
    candidate.chmod(0o644)
    with duckdb.connect(str(candidate)) as connection:
        connection.execute(damage)
    report = run_gate(
        "review",
        suite(read_baseline(storefront.serving, date(2026, 7, 1))),
        tables=DuckDBTables(candidate, storefront.serving),
        data_docs=tmp_path / "docs",
        run_name="damaged",
    )
    assert expectation in {result.name for result in report.results if not result.passed}


def test_an_untouched_review_passes_its_gate(storefront: Paths) -> None:
    """Else the damages above would prove nothing."""
    with duckdb.connect(str(storefront.serving), read_only=True) as connection:
        [(broken,)] = connection.execute(
            "select count(*) filter (where not is_passed) from meta.gate_results "
            "where mart = 'review'"
        ).fetchall()
    assert broken == 0
