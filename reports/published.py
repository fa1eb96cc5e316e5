"""The published tables that the page draws, as rows by period."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import duckdb

from reports.answers import ANSWERS, Answer, Freshness, Question
from reports.wording import term, words

Row = dict[str, Any]

# Scopes such as category:storefront:apparel say what kind of thing they are.
_KINDS = {"category", "region", "macro_region", "channel"}


@dataclass(frozen=True)
class Period:
    """A period of the review, as in `core.dim_periods`."""

    period: str
    period_kind: str
    previous_period: str | None
    year_ago_period: str | None
    start_date: date
    end_date: date
    is_complete: bool
    is_settled: bool


@dataclass(frozen=True)
class Published:
    """All of the serving file that the page needs.

    Attributes:
        answers: by period, question and scope.
        tables: the tables that have been published, such as sales.fct_orders.
        regions: name and Chinese term of regions and macro-regions, by id.
        systems: the source systems, which prefix the keys of their rows.
    """

    connection: duckdb.DuckDBPyConnection
    periods: dict[str, Period]
    questions: dict[str, Question]
    answers: dict[str, dict[str, dict[str, Answer]]]
    marts: dict[str, Freshness]
    tables: frozenset[str]
    regions: dict[str, tuple[str, str]]
    systems: frozenset[str]

    def rows(self, table: str, period: str) -> list[Row]:
        """The rows of a published table for a period, in the order of its columns."""
        return self.select(table, "period = ?", period)

    def select(self, table: str, condition: str, *values: object) -> list[Row]:
        """The rows of a published table that meet a condition, in the order of its columns."""
        found = self.connection.execute(
            f"from {table} where {condition} order by all",
            list(values),
        )
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def names(self, scope: str) -> tuple[str, str]:
        """A scope or member in English and Chinese: what kind it is and whose key go unsaid."""
        unsaid = self.systems | _KINDS
        parts = [part for part in scope.split(":") if part not in unsaid] or [scope]
        names = [self.regions.get(part) or (words(part), term(part)) for part in parts]
        chinese = [name_zh for _, name_zh in names]
        return ", ".join(name for name, _ in names), "，".join(chinese) if all(chinese) else ""

    def answer(self, period: str, question_id: str, scope: str) -> Answer | None:
        """An answer, if there is one."""
        return self.answers.get(period, {}).get(question_id, {}).get(scope)

    def grade(self, question_id: str) -> str:
        """The grade of evidence that a question reaches at best."""
        return self.questions[question_id].evidence_grade


def read_published(
    connection: duckdb.DuckDBPyConnection,
    questions: list[Question],
    marts: dict[str, Freshness],
) -> Published:
    """Everything at once; only the charts' own rows are read when they are drawn."""
    columns = ", ".join(field.name for field in fields(Period))
    periods = connection.execute(
        f"select {columns} from core.dim_periods order by start_date, end_date"  # noqa: S608
    ).fetchall()
    columns = ", ".join(field.name for field in fields(Answer))
    rows = connection.execute(
        f"select period, {columns} from {ANSWERS} order by all"  # noqa: S608
    ).fetchall()
    answers: dict[str, dict[str, dict[str, Answer]]] = {}
    for period, *values in rows:
        answer = Answer(*values)
        by_scope = answers.setdefault(period, {}).setdefault(answer.question_id, {})
        by_scope[answer.scope] = answer
    tables = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
    ).fetchall()
    return Published(
        connection=connection,
        periods={row[0]: Period(*row) for row in periods},
        questions={question.question_id: question for question in questions},
        answers=answers,
        marts=marts,
        tables=frozenset(table for (table,) in tables),
        regions=_regions(connection),
        systems=frozenset(
            system
            for (system,) in connection.execute(
                "select distinct source_system from meta.row_ledger"
            ).fetchall()
        ),
    )


def _regions(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    rows = connection.execute("""
        select region_id, region_name, region_name_zh from core.dim_regions
        union
        select macro_region_id, macro_region_name, macro_region_name_zh from core.dim_regions
    """).fetchall()
    return {region: (name, name_zh or "") for region, name, name_zh in rows}
