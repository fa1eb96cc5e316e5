"""What the build file holds otherwise than readers have it: tables, and answers of the review."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import EmporiumError
from orchestration.history import attach
from orchestration.paths import Paths

ANSWERS = "review.fct_answers"


@dataclass(frozen=True)
class TableChange:
    """How the candidate of a table differs from another state of it.

    Attributes:
        table: `<mart>.<table>`.
        before: rows of the other state; None if it has no such table.
        now: rows of the candidate; None if there is none.
        added: rows of the candidate whose key the other state lacks.
        gone: the reverse.
        changed: rows of one key that differ in a column that both have.
        columns: column -> rows in which it differs; -1 if one of the two lacks it.
    """

    table: str
    before: int | None
    now: int | None
    added: int = 0
    gone: int = 0
    changed: int = 0
    columns: Mapping[str, int] | None = None

    @property
    def is_one(self) -> bool:
        """Whether anything differs."""
        is_there = self.before is not None and self.now is not None
        return not is_there or bool(self.added or self.gone or self.changed or self.columns)


@dataclass(frozen=True)
class AnswerChange:
    """An answer whose value differs, is new or is gone; None where there is none."""

    question: str
    period: str
    scope: str
    unit: str
    before: float | None
    now: float | None


@dataclass(frozen=True)
class Changes:
    """What a build changes.

    Attributes:
        against: the file that it is compared with.
        compared: how many tables were looked at.
        tables: those that differ.
        answers: those that differ, by question, scope and period.
    """

    against: Path
    compared: int
    tables: tuple[TableChange, ...]
    answers: tuple[AnswerChange, ...]


def changes(
    paths: Paths,
    marts: Mapping[str, Sequence[str]],
    against: Path | None = None,
    only: Collection[str] = (),
) -> Changes:
    """Compares the candidates with what readers have, or with another build or version.

    Args:
        marts: the tables of each mart.
        against: a serving file, one of its versions, or a build file; by default what is published.
        only: tables to look at, as `<mart>.<table>`; all if none is named.

    Raises:
        EmporiumError: nothing has been built or published yet, the file cannot be opened, or the
            warehouse is on another engine than DuckDB.
    """
    if paths.engine != "duckdb":
        raise EmporiumError(
            f"Candidates are compared on DuckDB alone, and the target is {paths.dbt_target}: leave "
            "TARGET out."
        )
    before = against or paths.serving
    for file, missing in (
        (paths.warehouse, f"Nothing has been built below {paths.data}: run `make refresh` first."),
        (before, f"There is no {before} to compare with: publish first, or name another AGAINST."),
    ):
        if not file.exists():
            raise EmporiumError(missing)
    names = [f"{mart}.{table}" for mart, tables in marts.items() for table in tables]
    looked_at = [name for name in names if not only or name in only]
    with duckdb.connect() as connection:
        attach(connection, paths.warehouse, "candidate", "the build file")
        attach(connection, before, "published", "the file to compare with")
        found = [table_change(connection, name) for name in looked_at]
        has_answers = ANSWERS in looked_at and all(
            _columns(connection, state, ANSWERS) for state in ("published", "candidate")
        )
        answers = tuple(_answers(connection)) if has_answers else ()
    return Changes(before, len(found), tuple(each for each in found if each.is_one), answers)


def table_change(connection: duckdb.DuckDBPyConnection, table: str) -> TableChange:
    """Compares a table of the attached databases `published` and `candidate`, row by row."""
    before, now = (_columns(connection, state, table) for state in ("published", "candidate"))
    if not before or not now:
        counts = [
            _count(connection, state, table) if columns else None
            for state, columns in (("published", before), ("candidate", now))
        ]
        return TableChange(table, counts[0], counts[1])
    key = _key(connection, table)
    both = [column for column in now if column in before and column not in key]
    differs = [f"(one.{_quoted(c)} is distinct from other.{_quoted(c)})" for c in both]
    is_in_both = "one.is_there and other.is_there"
    on = " and ".join(f"one.{_quoted(c)} = other.{_quoted(c)}" for c in key)
    counted = [
        "count(*) filter (one.is_there is null)",
        "count(*) filter (other.is_there is null)",
        f"count(*) filter ({is_in_both} and ({' or '.join(differs) or 'false'}))",
        "count(one.is_there)",
        "count(other.is_there)",
        *(f"count(*) filter ({is_in_both} and {each})" for each in differs),
    ]
    query = f"""
        select {", ".join(counted)}
        from (select true as is_there, * from published.{table}) as one
        full join (select true as is_there, * from candidate.{table}) as other on {on}
    """
    [[added, gone, changed, rows_before, rows_now, *by_column]] = connection.sql(query).fetchall()
    columns = {name: count for name, count in zip(both, by_column, strict=True) if count}
    columns |= dict.fromkeys(sorted({*before} ^ {*now}), -1)
    return TableChange(table, rows_before, rows_now, added, gone, changed, columns)


def _answers(connection: duckdb.DuckDBPyConnection) -> Iterator[AnswerChange]:
    rows = connection.sql(f"""
        select
            question_id, period, scope, coalesce(other.unit, one.unit), one.value, other.value
        from published.{ANSWERS} as one
        full join candidate.{ANSWERS} as other using (question_id, period, scope)
        where one.value is distinct from other.value
        order by question_id, scope, period
    """).fetchall()
    for row in rows:
        yield AnswerChange(*row)


def _columns(connection: duckdb.DuckDBPyConnection, state: str, table: str) -> list[str]:
    schema, name = table.split(".")
    rows = connection.execute(
        "select column_name from duckdb_columns() "
        "where database_name = ? and schema_name = ? and table_name = ? order by column_index",
        [state, schema, name],
    ).fetchall()
    return [column for (column,) in rows]


def _key(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    schema, name = table.split(".")
    found = connection.execute(
        "select constraint_column_names from duckdb_constraints() where constraint_type = ? "
        "and database_name = 'candidate' and schema_name = ? and table_name = ?",
        ["PRIMARY KEY", schema, name],
    ).fetchall()
    if not found:
        raise EmporiumError(f"{table} declares no primary key, by which its rows could be paired.")
    return list(found[0][0])


def _count(connection: duckdb.DuckDBPyConnection, state: str, table: str) -> int:
    [(count,)] = connection.sql(f"select count(*) from {state}.{table}").fetchall()
    return int(count)


def _quoted(name: str) -> str:
    return f'"{name}"'
