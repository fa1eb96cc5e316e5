"""What the serving file says about the questions of the review."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

import duckdb

from orchestration.errors import EmporiumError
from orchestration.paths import Paths


@dataclass(frozen=True)
class Question:
    """A question of the register, in its section."""

    question_id: str
    section_id: str
    section_name_en: str
    section_name_zh: str
    subsection_id: str
    subsection_name_en: str
    subsection_name_zh: str
    name_en: str
    name_zh: str
    definition: str
    mart: str
    source_tables: str
    evidence_grade: str
    is_answered: bool


@dataclass(frozen=True)
class Answer:
    """One scope of an answer; without `value` it cannot be measured, and `note` says why.

    Its `direction` is the good one, increase or decrease; None where neither is by itself.
    What rules set aside of its period, or count as unknown, is worth `set_aside_amount`.
    """

    question_id: str
    scope: str
    value: float | None
    unit: str
    numerator: float | None
    denominator: float | None
    n: int | None
    ci_low: float | None
    ci_high: float | None
    evidence_grade: str
    is_mature: bool
    comparison: str | None
    comparison_value: float | None
    set_aside_amount: Decimal
    note: str | None
    label_en: str
    label_zh: str
    direction: str | None


ANSWERS = """(
    select
        answers.*,
        coalesce(labels.label_en, answers.scope) as label_en,
        coalesce(labels.label_zh, answers.scope) as label_zh,
        labels.direction
    from review.fct_answers as answers
    left join review.dim_answers as labels using (question_id, scope)
)"""
"""Answers, with what they are about in words."""


@dataclass(frozen=True)
class Freshness:
    """What the history says of a mart: what is readable, and how the last gate went.

    Attributes:
        as_of: first day that the readable content does not cover; None if nothing is readable.
        since: when that content was published, or since when the mart is held.
        expectations, broken: what the last gate asked, and what was not met.
    """

    mart: str
    status: str
    as_of: date | None
    since: datetime
    reason: str
    expectations: int
    broken: int


@dataclass(frozen=True)
class Review:
    """The review of one period."""

    period: str
    is_complete: bool
    questions: list[Question]
    answers: dict[str, list[Answer]]
    marts: dict[str, Freshness]


def read_review(paths: Paths, period: str = "", question: str = "") -> Review:
    """The answers for a period, by default the longest of those that were completed last.

    Args:
        question: only this one, such as K026, or those whose names hold these words.

    Raises:
        EmporiumError: nothing has been published, or there is no such period or question.
    """
    with opened(paths) as connection:
        period, is_complete = _period(connection, period)
        questions = read_questions(connection, question)
        columns = ", ".join(field.name for field in fields(Answer))
        rows = connection.execute(
            f"select {columns} from {ANSWERS} where period = ? "  # noqa: S608
            "order by question_id, scope",
            [period],
        ).fetchall()
        answers: dict[str, list[Answer]] = {each.question_id: [] for each in questions}
        for row in rows:
            answer = Answer(*row)
            if answer.question_id in answers:
                answers[answer.question_id].append(answer)
        return Review(period, is_complete, questions, answers, read_marts(connection, paths))


@contextmanager
def opened(paths: Paths) -> Iterator[duckdb.DuckDBPyConnection]:
    """The serving file, if it holds a review.

    Raises:
        EmporiumError: there is none, or it holds no review or one of other columns, or the target
            publishes views instead.
    """
    if paths.engine != "duckdb":
        raise EmporiumError(
            f"The review is read from a serving file of DuckDB, and the target {paths.dbt_target} "
            "publishes views: ask published_review.fct_answers there, or refresh with "
            "TARGET=duckdb."
        )
    if not paths.serving.exists():
        raise EmporiumError(
            f"There is no serving file {paths.serving} yet: publish the marts with `make demo` or "
            "`make refresh`."
        )
    try:
        connection = duckdb.connect(str(paths.serving), read_only=True)
    except duckdb.Error as error:
        raise EmporiumError(
            f"The serving file {paths.serving} cannot be read ({str(error).splitlines()[0]}); go "
            "back to the version before it with `make rollback`."
        ) from error
    with connection:
        tables = connection.execute(
            "select count(*) from duckdb_tables() where (schema_name, table_name) in "
            "(('review', 'fct_answers'), ('review', 'dim_answers'), ('review', 'dim_questions'), "
            "('core', 'dim_periods'))"
        ).fetchone()
        if tables != (4,):
            raise EmporiumError(
                f"The serving file {paths.serving} holds no review{_why_held(connection)}: publish "
                "it with `make refresh`."
            )
        try:
            yield connection
        except duckdb.BinderException as error:
            raise EmporiumError(
                f"The serving file {paths.serving} was published by another version of this "
                f"project ({str(error).splitlines()[0]}): publish it anew with `make refresh`."
            ) from error


def _why_held(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute(
        "select reason from meta.publications where mart = 'review' and status = 'held' "
        "order by rowid desc limit 1"
    ).fetchone()
    return f", because it is held ({row[0]})" if row else ""


def _period(connection: duckdb.DuckDBPyConnection, period: str) -> tuple[str, bool]:
    known = connection.execute(
        "select period, is_complete from core.dim_periods "
        "order by is_complete desc, array_position(['half', 'quarter', 'month'], period_kind), "
        "end_date desc"
    ).fetchall()
    if not known:
        raise EmporiumError("The published data has no period yet: land orders and run again.")
    for name, is_complete in known:
        if period.upper() in ("", name):
            return str(name), bool(is_complete)
    raise EmporiumError(
        f"PERIOD is '{period}', which the published data does not know: it has "
        f"{', '.join(sorted(name for name, _ in known))}."
    )


def read_questions(connection: duckdb.DuckDBPyConnection, question: str = "") -> list[Question]:
    """The register, or of it the question of a number, or those whose names hold some words."""
    columns = ", ".join(field.name for field in fields(Question))
    questions = [
        Question(*row)
        for row in connection.execute(
            f"select {columns} from review.dim_questions order by question_id"  # noqa: S608
        ).fetchall()
    ]
    wanted = question.strip().upper()
    asked = [each for each in questions if wanted == each.question_id] or [
        each for each in questions if wanted in f"{each.name_en}\n{each.name_zh}".upper()
    ]
    if not asked:
        raise EmporiumError(
            f"Q is '{question}', which is no question of the review: give a number from "
            f"{questions[0].question_id} to {questions[-1].question_id}, or words of a name, such "
            f"as {questions[0].name_zh}."
        )
    return asked


def read_marts(connection: duckdb.DuckDBPyConnection, paths: Paths) -> dict[str, Freshness]:
    """The state of every mart that a run has ever gated.

    The serving file tells what was so when it was written. A run that published nothing wrote none:
    what it held stands in the history alone, which a copied serving file does not have beside it.
    """
    try:
        with duckdb.connect(str(paths.history), read_only=True) as history:
            return _marts(history)
    except duckdb.Error:
        return _marts(connection)


def _marts(connection: duckdb.DuckDBPyConnection) -> dict[str, Freshness]:
    rows = connection.execute("""
        with last_publications as (
            select
                mart,
                max_by(status, rowid) as status,
                max_by(since, rowid) as since,
                max_by(reason, rowid) as reason
            from meta.publications
            group by mart
        ),

        readable as (
            select mart, max_by(as_of, rowid) as as_of
            from meta.publications
            where as_of is not null
            group by mart
        ),

        last_gates as (
            select mart, max_by(run_id, run_at) as run_id from meta.gate_results group by mart
        ),

        gates as (
            select
                mart,
                count(*) as expectations,
                count(*) filter (where not is_passed) as broken
            from meta.gate_results
            semi join last_gates using (mart, run_id)
            group by mart
        )

        select
            mart, status, as_of, since, reason,
            coalesce(expectations, 0), coalesce(broken, 0)
        from last_publications
        left join readable using (mart)
        left join gates using (mart)
        order by mart
    """).fetchall()
    return {row[0]: Freshness(*row) for row in rows}
