"""What a gate is made of: a mart's suite, as plain records.

Declaring a suite needs neither Great Expectations nor a database, so what a gate will check can be
listed in no time; `expectations.runner` turns the records into expectations and runs them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil, floor
from pathlib import Path
from types import MappingProxyType
from typing import Any

from orchestration.errors import EmporiumError

NO_ROWS = "ExpectNoRows"
"""The kind of expectation that `identity` makes; every other kind is a class of GX."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TABLE = re.compile(r"[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Baseline:
    """What a candidate is compared with.

    Attributes:
        as_of: the business date that the run is made for.
        published_rows: rows of each published table, by `schema.table`; empty before the first
            publication.
        published_columns: columns of each of them.
    """

    as_of: date
    published_rows: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    published_columns: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True)
class Expectation:
    """One thing that has to hold before a mart is published.

    Attributes:
        name: stable, snake_case, unique in its suite; the key in `meta` and in Dagster.
        statement: what holds, in one sentence.
        kind: the name of a class in `great_expectations.expectations`, or `NO_ROWS`.
        arguments: the arguments of that class.
        next_step: what to do when it does not hold, where that can be said.
    """

    name: str
    statement: str
    kind: str
    arguments: Mapping[str, Any]
    next_step: str = ""


@dataclass(frozen=True)
class TableChecks:
    """The expectations that hang on one table, which GX evaluates together."""

    table: str
    expectations: tuple[Expectation, ...]


Suite = Sequence[TableChecks]


def on(table: str, *expectations: Expectation) -> TableChecks:
    """The expectations of one table, given as `schema.table`."""
    return TableChecks(table, expectations)


def expect(name: str, statement: str, kind: str, /, **arguments: Any) -> Expectation:
    """An expectation of GX's own, such as `ExpectColumnValuesToBeUnique`, with its arguments.

    Money that has to agree to the cent belongs in `identity`: GX reads decimals as floats.
    """
    return Expectation(name, statement, kind, MappingProxyType(arguments))


def identity(name: str, statement: str, sql: str, next_step: str = "") -> Expectation:
    """An exact statement in SQL: `sql` selects what breaks it, so no rows when it holds.

    The query may name any `schema.table` of the candidate and, when the mart has been published,
    any `published.schema.table`. Compare with `is distinct from`: a null is equal to nothing and
    different from nothing, and would pass in silence.
    """
    # GX reads braces as its placeholders: ours are none.
    literal = sql.strip().rstrip(";").replace("{", "{{").replace("}", "}}")
    return Expectation(
        name, statement, NO_ROWS, MappingProxyType({"unexpected_rows_query": literal}), next_step
    )


def volume(
    name: str,
    statement: str,
    *,
    table: str,
    baseline: Baseline,
    at_least: float,
    at_most: float,
) -> Expectation:
    """The row count of `table` against its published version.

    Args:
        at_least: the smallest accepted share of the published rows, e.g. 0.99.
        at_most: the largest, e.g. 1.5.

    A table that was never published, or that was published empty, has to have one row or more.
    """
    published = baseline.published_rows.get(table, 0)
    bounds = (
        {"min_value": ceil(published * at_least), "max_value": floor(published * at_most)}
        if published
        else {"min_value": 1}
    )
    return Expectation(name, statement, "ExpectTableRowCountToBeBetween", MappingProxyType(bounds))


def read_baseline(published: Path | None, as_of: date) -> Baseline:
    """Counts the rows of the serving file, if there is one, and names its columns.

    Raises:
        EmporiumError: the file cannot be read.
    """
    if published is None or not published.is_file():
        return Baseline(as_of)
    import duckdb

    try:
        with duckdb.connect(str(published), read_only=True) as connection:
            tables = connection.execute(
                "select schema_name || '.' || table_name from duckdb_tables() where not internal"
            ).fetchall()
            rows = {
                table: connection.table(table).count("*").fetchall()[0][0] for (table,) in tables
            }
            columns = {table: frozenset(connection.table(table).columns) for (table,) in tables}
    except duckdb.Error as error:
        raise EmporiumError(
            f"The serving file {published} cannot be read ({first_line(error)}); put back the "
            "version before it and run again."
        ) from error
    return Baseline(as_of, MappingProxyType(rows), MappingProxyType(columns))


def require_sound(mart: str, suite: Suite) -> None:
    """Refuses a suite that checks nothing, or whose results could not be told apart.

    Raises:
        EmporiumError: no expectation in the suite or on one of its tables, a table listed twice, a
            name that is not snake_case or is used twice, a missing statement.
    """
    for fault in _faults(suite):
        raise EmporiumError(f"The suite of {mart} {fault}; correct expectations/{mart}.py.")


def _faults(suite: Suite) -> list[str]:
    tables = [checks.table for checks in suite]
    expectations = [expectation for checks in suite for expectation in checks.expectations]
    names = [expectation.name for expectation in expectations]
    return [
        *(["checks nothing"] if not suite else []),
        *(f"checks nothing on {checks.table}" for checks in suite if not checks.expectations),
        *(f"names {t!r}, which is not schema.table" for t in tables if not _TABLE.fullmatch(t)),
        *(f"lists the table {t} twice" for t in tables if tables.count(t) > 1),
        *(f"has the name {n!r}, not snake_case" for n in names if not _NAME.fullmatch(n)),
        *(f"uses the name {n} twice" for n in names if names.count(n) > 1),
        *(f"has no statement for {e.name}" for e in expectations if not e.statement.strip()),
    ]


def first_line(error: object) -> str:
    """The first line of an error's text, or its type when it has none."""
    text = str(error).strip()
    return text.splitlines()[0].strip() if text else type(error).__name__
