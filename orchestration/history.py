"""The history of runs: what the gates said, what was published, where every landed row went.

It lives in a small DuckDB file of its own on either engine, apart from what dbt rewrites, and is
copied whole into every publication, so that whoever reads a number can read why it is there.
The copy works in both directions: what a killed run left out of the history is taken back from
the publication the next time the history is opened.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol

import duckdb
from filelock import FileLock, Timeout

from orchestration.engines import engine_of
from orchestration.errors import EmporiumError
from orchestration.paths import Paths

Status = Literal["published", "unchanged", "held", "rolled_back"]


@dataclass(frozen=True)
class Run:
    """One run of the warehouse.

    Attributes:
        run_id: names the run in every table of the history.
        started_at: UTC, without time zone.
        as_of: the business day up to which the run counts.
    """

    run_id: str
    started_at: datetime
    as_of: date


@dataclass(frozen=True)
class Publication:
    """What a run meant for the readers of one mart.

    All but `status`, `since` and `reason` describe the content that is readable after the run,
    and are None or 0 where there is none.

    Attributes:
        since: when that content was published; of a mart that is held: since when it is held.
        version: the serving version that first had that content.
    """

    mart: str
    status: Status
    since: datetime
    as_of: date | None
    version: int | None
    reason: str
    table_count: int
    row_count: int
    content_hash: str | None


class GateResult(Protocol):
    """The outcome of one expectation."""

    @property
    def table(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def statement(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def observed(self) -> object: ...
    @property
    def reason(self) -> str | None: ...


class GateReport(Protocol):
    """The outcome of one mart's suite."""

    @property
    def mart(self) -> str: ...
    @property
    def results(self) -> Sequence[GateResult]: ...


@dataclass(frozen=True)
class _Table:
    comment: str
    key: tuple[str, ...]
    columns: Mapping[str, tuple[str, str]]


_PATIENCE = 300
# What a build tells of rows by rule, and each run keeps.
NAMED = ("quarantine_by_rule", "set_aside_by_rule")

_RUN = {
    "run_id": ("varchar not null", "The run."),
    "run_at": ("timestamp not null", "When the run started, in UTC."),
}
_SOURCE = {
    "source_system": ("varchar not null", "The place that the rows come from."),
    "source_table": ("varchar not null", "The table of the source system."),
}
_CLASSES = {
    "landed": "lie in the raw zone",
    "valid": "passed the contract and are the latest of their key",
    "superseded": "were replaced by a later or an identical row",
    "deleted": "were deleted by the source",
    "quarantined": "broke the contract",
}
_TABLES = {
    "gate_results": _Table(
        "One row per run, mart and expectation: what the gates said.",
        ("run_id", "mart"),
        _RUN
        | {
            "mart": ("varchar not null", "The mart whose candidate was audited."),
            "table_name": ("varchar", "The table that the expectation is about."),
            "expectation": ("varchar not null", "The name of the expectation."),
            "statement": ("varchar", "The expectation in words."),
            "is_passed": ("boolean not null", "Whether the candidate met it."),
            "observed": ("varchar", "What was found, as text."),
            "reason": ("varchar", "Why it failed; null if it passed."),
        },
    ),
    "publications": _Table(
        "One row per run and mart: published, unchanged, held or rolled back, since when and why. "
        "The last row of a mart describes what is readable.",
        ("run_id", "mart"),
        _RUN
        | {
            "mart": ("varchar not null", "The mart."),
            "status": (
                "varchar not null",
                "published: new content became readable. unchanged: the candidate equals it. "
                "held: the candidate was refused, the last good content stays. "
                "rolled_back: an operator brought back the version before.",
            ),
            "since": (
                "timestamp not null",
                "When the readable content was published; since when the mart is held. UTC.",
            ),
            "as_of": ("date", "The business day up to which the readable content counts."),
            "version": ("bigint", "The serving version that first had the readable content."),
            "reason": ("varchar not null", "Why, in words."),
            "table_count": ("bigint not null", "Tables of the readable content."),
            "row_count": ("bigint not null", "Rows of the readable content."),
            "content_hash": ("varchar", "Fingerprint of the readable content, row order aside."),
        },
    ),
    "row_ledger": _Table(
        "One row per run and source table: landed = valid + superseded + deleted + quarantined, "
        "in rows and in money.",
        ("run_id",),
        _RUN
        | _SOURCE
        | {
            f"rows_{name}": ("bigint", f"Rows that {meaning}.")
            for name, meaning in _CLASSES.items()
        }
        | {
            f"amount_{name}": (
                "decimal(38,2)",
                f"Money of the rows that {meaning}, in the currency of the source.",
            )
            for name, meaning in _CLASSES.items()
        },
    ),
    "row_ledger_details": _Table(
        "One row per run, source table, class, state and broken rule: the row ledger in detail.",
        ("run_id",),
        _RUN
        | _SOURCE
        | {
            "row_class": ("varchar", "What kind of row it is, in the words of the source system."),
            "row_state": ("varchar", "valid, superseded, deleted or quarantined."),
            "broken_rule": ("varchar", "The rule that quarantined rows broke."),
            "row_count": ("bigint", "Rows."),
            "amount": ("decimal(38,2)", "Their money, in the currency of the source."),
        },
    ),
    "quarantine_by_rule": _Table(
        "One row per run, source table and rule of its contract that some of its rows broke.",
        ("run_id",),
        _RUN
        | _SOURCE
        | {
            "broken_rule": ("varchar not null", "The rule that they broke."),
            "row_count": ("bigint not null", "Rows."),
            "named": ("varchar", "The last five to come, with the delivered file and row."),
            "next_step": ("varchar", "What mends it."),
        },
    ),
    "set_aside_by_rule": _Table(
        "One row per run, conformed table and rule that some of its rows break: what became of "
        "them.",
        ("run_id",),
        _RUN
        | {
            "source_table": ("varchar not null", "The conformed table of the rows."),
            "rule_id": ("varchar not null", "The rule that they break."),
            "outcome": ("varchar not null", "kept, unknown, suspense or set_aside."),
            "row_count": ("bigint not null", "Rows."),
            "accepted_count": ("bigint not null", "Those that somebody has accepted."),
            "unvalued_count": ("bigint not null", "Those of which nothing says the worth."),
            "worth_amount": ("decimal(38,2)", "What is at stake, in the reporting currency."),
            "named": (
                "varchar",
                "The five that are worth most, with the delivered file and row.",
            ),
            "next_step": ("varchar", "What mends it."),
        },
    ),
}


def record_gate(paths: Paths, run: Run, report: GateReport) -> None:
    """Write one mart's gate into `meta.gate_results`, in place of what the run wrote before.

    Raises:
        EmporiumError: the history cannot be written.
    """
    rows = [
        (
            report.mart,
            result.table,
            result.name,
            result.statement,
            result.passed,
            None if result.observed is None else str(result.observed),
            result.reason or None,
        )
        for result in report.results
    ]
    with opened(paths, run.started_at) as (connection, _):
        _replace_rows(connection, "history", "gate_results", run, report.mart, rows)


def record_held(paths: Paths, run: Run, mart: str, reason: str) -> None:
    """Write into `meta.publications` that a mart keeps its last good content, and why.

    Raises:
        EmporiumError: the history cannot be written.
    """
    with opened(paths, run.started_at) as (connection, readable):
        earlier = connection.execute(
            """
            select status, since from history.meta.publications
            where mart = ? and run_id <> ? order by rowid desc limit 1
            """,
            [mart, run.run_id],
        ).fetchone()
        held = Publication(
            mart=mart,
            status="held",
            since=earlier[1] if earlier and earlier[0] == "held" else run.started_at,
            as_of=None,
            version=None,
            reason=reason,
            table_count=0,
            row_count=0,
            content_hash=None,
        )
        if mart in readable:
            held = replace(readable[mart], status="held", since=held.since, reason=reason)
        record_publications(connection, "history", run, [held])


def publication_of(paths: Paths, run: Run, mart: str) -> Publication | None:
    """What a run has published of a mart so far: 'published', 'unchanged', or None if nothing.

    Raises:
        EmporiumError: the history cannot be opened.
    """
    columns = ", ".join(field.name for field in fields(Publication))
    with opened(paths, run.started_at) as (connection, _):
        row = connection.execute(
            f"select {columns} from history.meta.publications "  # noqa: S608
            "where run_id = ? and mart = ? and status in ('published', 'unchanged')",
            [run.run_id, mart],
        ).fetchone()
    return Publication(*row) if row else None


def record_ledger(paths: Paths, run: Run) -> None:
    """Copy the row ledger of the build, and what its rules have named.

    Raises:
        EmporiumError: there is no ledger, or it cannot be read, or the history cannot be written.
    """
    with opened(paths, run.started_at) as (connection, _):
        for name in ("row_ledger", "row_ledger_details"):
            columns = [column for column in _TABLES[name].columns if column not in _RUN]
            rows = engine_of(paths).ledger(name, columns)
            _replace_rows(connection, "history", name, run, None, rows)
        for name in NAMED:
            _replace_rows(connection, "history", name, run, None, named_rows(paths, name)[1])


def named_rows(paths: Paths, table: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """What the build has named, one of `NAMED`: columns and rows.

    A project without rules has named nothing.

    Raises:
        EmporiumError: the build cannot be read.
    """
    columns = [column for column in _TABLES[table].columns if column not in _RUN]
    engine = engine_of(paths)
    is_there = engine.relations({("meta", table)})
    return columns, engine.ledger(table, columns) if is_there else []


def record_publications(
    connection: duckdb.DuckDBPyConnection,
    catalog: str,
    run: Run,
    publications: Iterable[Publication],
) -> None:
    """Write publications into the `meta` schema of an attached file, one row per mart."""
    for publication in publications:
        row = tuple(
            getattr(publication, column)
            for column in _TABLES["publications"].columns
            if column not in _RUN and column != "mart"
        )
        _replace_rows(
            connection, catalog, "publications", run, publication.mart, [(publication.mart, *row)]
        )


@contextmanager
def opened(
    paths: Paths, at: datetime
) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Publication]]]:
    """The history, attached as `history` for writing, and what is published as `serving`.

    The history is created if missing, and completed from what was published with the marts: with
    the rows that a killed run, or a deleted build folder, left out of it, and with a roll-back
    that it does not know of, dated `at`.

    Yields:
        A connection, and what is readable now, by mart; `serving` is attached only if something
        has been published.

    Raises:
        EmporiumError: the history cannot be written, or the serving file cannot be read.
    """
    # One gigabyte, then spill: publishing shares the machine with the rest of the run.
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "1GB",
        "temp_directory": str(paths.build / ".spill"),
    }
    with _alone(paths), duckdb.connect(config=config) as connection:
        attach(connection, paths.history, "history", "the history of runs", options="read_write")
        readable: dict[str, Publication] = {}
        try:
            create_tables(connection, "history")
            if engine_of(paths).attach_published(connection):
                readable = published(connection, "serving", paths.serving)
                _complete(connection, readable, at)
            yield connection, readable
        except (duckdb.OperationalError, duckdb.FatalException) as error:
            raise EmporiumError(
                f"The history of runs {paths.history} could not be written: {why(error)}; "
                "free some disk space or make the folder writable, then run again."
            ) from error


def create_tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """Create the tables of `meta`, with their comments, where an attached file has none."""
    connection.execute(f"create schema if not exists {catalog}.meta")
    present = _present(connection, catalog)
    for name, table in _TABLES.items():
        if name in present:
            continue
        columns = ", ".join(f"{column} {kind}" for column, (kind, _) in table.columns.items())
        target = f"{catalog}.meta.{name}"
        connection.execute(
            f"begin; create table {target} ({columns});"
            f"comment on table {target} is {literal(table.comment)};"
            + "".join(
                f"comment on column {target}.{column} is {literal(comment)};"
                for column, (_, comment) in table.columns.items()
            )
            + "commit"
        )


def copy_tables(connection: duckdb.DuckDBPyConnection, source: str, target: str) -> None:
    """Add to the `meta` schema of one attached file what that of another has more.

    Rows are compared by run, and by mart where they have one; their order is kept. The source
    may be older than a table.
    """
    for name in _present(connection, source):
        connection.execute(
            f"insert into {target}.meta.{name} by name "
            f"from {source}.meta.{name} as theirs "
            f"anti join {target}.meta.{name} as ours using ({', '.join(_TABLES[name].key)}) "
            "order by theirs.rowid"
        )


def published(
    connection: duckdb.DuckDBPyConnection, catalog: str, path: Path
) -> dict[str, Publication]:
    """What an attached serving file lets read, by mart, as its own `meta` says.

    Raises:
        EmporiumError: the file was not written by a publication.
    """
    try:
        return _readable(connection, catalog)
    except duckdb.Error as error:
        raise EmporiumError(
            f"The serving file {path} was not written by a publication, or is damaged: "
            f"{why(error)}; move it away, or put a file of {path.parent / 'versions'} in its place."
        ) from error


def serving_version(readable: Mapping[str, Publication]) -> int:
    """The number of a serving file: that of its youngest mart. 0 if nothing is published."""
    return max((publication.version or 0 for publication in readable.values()), default=0)


def attach(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    alias: str,
    what: str,
    options: str = "read_only",
) -> None:
    """Attach a DuckDB file.

    Raises:
        EmporiumError: it is missing, locked by another process, or no DuckDB file.
    """
    try:
        connection.execute(f"attach {literal(str(path))} as {alias} ({options})")
    except duckdb.Error as error:
        raise EmporiumError(f"Cannot open {what} {path}: {why(error)}.") from error


def why(error: duckdb.Error) -> str:
    """The cause of a DuckDB error, in one clause."""
    text = str(error)
    if locked := re.search(r"PID (\d+)", text):
        return (
            f"process {locked[1]} has it open; wait until that has ended, or stop it, and run again"
        )
    if "Unique file handle conflict" in text:
        return "this process has it open for writing; close that connection first"
    if "database does not exist" in text:
        return "there is no such file; build the warehouse first"
    return text.splitlines()[0].split("Error: ", 1)[-1].rstrip(".;!")


def literal(text: str) -> str:
    """A text as SQL; for statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def _readable(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, Publication]:
    """What is readable, by mart, in the words of an attached file's publications."""
    # The last row of a mart describes it; that of a held mart says since when it is held, so
    # the time of publication comes from the row that published the version.
    rows = connection.execute(
        f"""
        from {catalog}.meta.publications as latest
        left join {catalog}.meta.publications as origin
            on origin.mart = latest.mart
            and origin.version = latest.version
            and origin.status = 'published'
        select
            latest.mart, 'published', coalesce(origin.since, latest.since), latest.as_of,
            latest.version, latest.reason, latest.table_count, latest.row_count,
            latest.content_hash
        qualify row_number() over (partition by latest.mart order by latest.rowid desc) = 1
        order by latest.mart
        """
    ).fetchall()
    readable = (Publication(*row) for row in rows)
    return {each.mart: each for each in readable if each.version is not None}


def _present(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[str]:
    """The tables of `meta` that an attached file has."""
    names = connection.execute(
        "select table_name from duckdb_tables() where (database_name, schema_name) = (?, 'meta')",
        [catalog],
    ).fetchall()
    return [name for name in _TABLES if (name,) in names]


@contextmanager
def _alone(paths: Paths) -> Iterator[None]:
    """Wait until no other step of this or another process works on the history."""
    lock = FileLock(paths.history.with_suffix(".lock"), timeout=_PATIENCE)
    try:
        paths.build.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise EmporiumError(
            f"The history of runs {paths.history} has been in use for {_PATIENCE} seconds by "
            "another run; wait until that has ended, or stop it, and run again."
        ) from error
    except OSError as error:
        raise EmporiumError(
            f"The build folder {paths.build} is not writable: {error.strerror}; "
            "make it writable or set EMPORIUM_DATA to another folder."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _complete(
    connection: duckdb.DuckDBPyConnection, readable: Mapping[str, Publication], at: datetime
) -> None:
    """Bring the history up to what the serving file says."""
    copy_tables(connection, "serving", "history")
    known = _readable(connection, "history")
    current, withdrawn = serving_version(readable), serving_version(known)
    if current >= withdrawn:
        return
    reason = f"version {withdrawn} was withdrawn, version {current} is readable again"
    nothing = Publication("", "rolled_back", at, None, None, reason, 0, 0, None)
    record_publications(
        connection,
        "history",
        Run(f"rollback-{withdrawn:06d}", at, at.date()),
        [
            replace(readable.get(mart, nothing), mart=mart, status="rolled_back", reason=reason)
            for mart in known
        ],
    )


def _replace_rows(
    connection: duckdb.DuckDBPyConnection,
    catalog: str,
    table: str,
    run: Run,
    mart: str | None,
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Put rows in the place of those that the run, for that mart, wrote before."""
    # Names of tables are no parameters in SQL; these are our own, hence the two exemptions.
    target = f"{catalog}.meta.{table}"
    places = ", ".join("?" for _ in _TABLES[table].columns)
    connection.begin()
    try:
        connection.execute(
            f"delete from {target} where run_id = ?" + (" and mart = ?" if mart else ""),  # noqa: S608
            [run.run_id, mart] if mart else [run.run_id],
        )
        if rows:
            connection.executemany(
                f"insert into {target} values ({places})",  # noqa: S608
                [(run.run_id, run.started_at, *row) for row in rows],
            )
        connection.commit()
    except duckdb.Error:
        connection.rollback()
        raise
