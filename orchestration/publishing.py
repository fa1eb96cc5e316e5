"""The serving file: publish what passed, keep what was held, bring back what was there before.

This is the only code that writes what readers open. A publication is a new file, complete before
it takes the place of the old one in a single rename; whoever has the old one open keeps reading
it. Each published file stays in `versions/` under its number, which only ever grows.

One process publishes at a time: the run's lock sees to that, not this module.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.errors import EmporiumError
from orchestration.history import (
    Publication,
    Run,
    attach,
    copy_tables,
    create_tables,
    literal,
    opened,
    published,
    record_publications,
    serving_version,
    why,
)
from orchestration.paths import Paths
from orchestration.progress import progress

KEPT_VERSIONS = 5

# What DuckDB 1.4 and later, and the drivers and BI tools built on it, can open.
STORAGE_VERSION = "v1.4.0"


@dataclass(frozen=True)
class Content:
    """What a mart's candidate consists of, in so far as readers could tell the difference."""

    table_count: int
    row_count: int
    content_hash: str


def publish(
    paths: Paths, run: Run, candidates: Mapping[str, Sequence[str]]
) -> tuple[Publication, ...]:
    """Make the candidates readable, in one new serving file.

    All other marts are carried over from the present serving file. A mart whose content and
    `as_of` equal what is readable is unchanged; if all are, no file is written.

    Args:
        candidates: the tables of each mart that its gate has cleared; the schema of the build
            file has the mart's name.

    Returns:
        One publication per candidate, 'published' or 'unchanged', as recorded in the history.

    Raises:
        EmporiumError: a candidate table is missing, the build file is missing or locked, the
            serving folder is not writable, the disk is full. Nothing is published then.
    """
    _make_folder(paths)
    make_way(paths)
    try:
        with opened(paths, run.started_at) as (connection, readable):
            current = serving_version(readable)
            _keep(paths, current)
            attach(connection, paths.warehouse, "warehouse", "the build file")
            connection.execute("use warehouse")
            version = _highest_version(connection, paths) + 1
            publications = tuple(
                decide(
                    run,
                    mart,
                    _content(connection, paths, mart, tables),
                    readable.get(mart),
                    version,
                )
                for mart, tables in candidates.items()
            )
            new = [publication for publication in publications if publication.version == version]
            if new:
                draft = _draft(paths)
                changed = {publication.mart: candidates[publication.mart] for publication in new}
                _write(connection, draft, run, changed, publications)
                _swap(paths, draft)
                current = version
            record_publications(connection, "history", run, publications)
            _keep(paths, current)
    finally:
        _clear(paths)
    return publications


def rollback(paths: Paths, at: datetime) -> int:
    """Make the version before the present one readable again, byte for byte.

    The present version is set aside as `versions/<number>.withdrawn.duckdb`: it is no target of
    a later roll-back. The history says 'rolled_back' for every mart.

    Args:
        at: now, in UTC, for the history.

    Returns:
        The version that is readable now.

    Raises:
        EmporiumError: there is no earlier version, or the serving folder is not writable.
    """
    _make_folder(paths)
    make_way(paths)
    try:
        with opened(paths, at) as (connection, readable):
            current = serving_version(readable)
            if not current:
                raise EmporiumError(
                    f"There is nothing to roll back: {paths.serving} has not been published yet."
                )
            _keep(paths, current)
            earlier = [version for version in _kept(paths) if version < current]
            if not earlier:
                raise EmporiumError(
                    f"There is nothing to roll back to: {paths.versions} keeps no version before "
                    f"{current}, which readers have; publish a corrected one instead."
                )
            # Proves that it can be read before it replaces one that can.
            kept = _version_path(paths, earlier[-1])
            attach(connection, kept, "earlier", "the kept version")
            published(connection, "earlier", kept)
            draft = _draft(paths)
            _link(kept, draft)
            _swap(paths, draft)
        # Opening the history anew records the roll-back, as it would had the process died here.
        with opened(paths, at):
            _keep(paths, earlier[-1])
    finally:
        _clear(paths)
    return earlier[-1]


def make_way(paths: Paths) -> None:
    """See to it that readers have what was published, and that another file can take its place.

    A program that opens a published file for writing keeps what it writes in a log beside it; if
    it is killed, the log stays. Readers take rows from it that nobody published, and once the file
    has been replaced the log fits it no more and nobody can open it. So no log stays, and no
    program may go on writing.

    Raises:
        EmporiumError: a program has the serving file open for writing.
    """
    logs = paths.versions.glob("[0-9]*.duckdb.wal*")
    kept = (log.with_name(log.name.partition(".wal")[0]) for log in logs)
    for path in dict.fromkeys((paths.serving, *kept)):
        with duckdb.connect() as connection:
            # Open until its logs are gone, so that nobody begins to write in between.
            held = _open(connection, path)
            if held and path == paths.serving:
                raise EmporiumError(
                    f"The serving file {path} is open for writing, so that nothing could take its "
                    f"place: {why(held)}."
                ) from held
            if not held:
                _remove_logs(path)


def published_rows(paths: Paths) -> dict[str, int]:
    """Rows of every readable table, by 'mart.table'; empty if nothing has been published.

    Raises:
        EmporiumError: the serving file cannot be read.
    """
    if not paths.serving.exists():
        return {}
    with duckdb.connect() as connection:
        attach(connection, paths.serving, "serving", "the serving file")
        return {
            f"{schema}.{table}": _row_count(connection, "serving", schema, table)
            for schema, table in _tables(connection, "serving")
        }


def fingerprint(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """A digest, in hex, of one table of the connection's current database.

    It depends on the rows (not on their order), and on names, types and comments.
    """
    description = connection.execute(
        """
        select 0, table_name, null, comment from duckdb_tables()
        where database_name = current_database() and schema_name = $schema and table_name = $table
        union all
        select 0, view_name, null, comment from duckdb_views()
        where database_name = current_database() and schema_name = $schema and view_name = $table
        union all
        select column_index, column_name, data_type, comment from duckdb_columns()
        where database_name = current_database() and schema_name = $schema and table_name = $table
        order by all
        """,
        {"schema": schema, "table": table},
    ).fetchall()
    # A sum of hashes, unlike an exclusive or, tells two equal rows from none.
    rows = connection.execute(
        f"from {_name(schema, table)} select count(*), sum(hash(*columns(*)))::varchar"
    ).fetchone()
    return digest([description, rows])


def _content(
    connection: duckdb.DuckDBPyConnection, paths: Paths, mart: str, tables: Sequence[str]
) -> Content:
    """Fingerprint a mart's candidate, in the current database."""
    try:
        fingerprints = {table: fingerprint(connection, mart, table) for table in sorted(tables)}
        rows = sum(_row_count(connection, "warehouse", mart, table) for table in fingerprints)
    except duckdb.Error as error:
        raise EmporiumError(
            f"Mart {mart} cannot be published from the build file {paths.warehouse}: "
            f"{why(error)}; build the mart again."
        ) from error
    return Content(len(fingerprints), rows, digest(fingerprints))


def decide(
    run: Run, mart: str, content: Content, present: Publication | None, version: int
) -> Publication:
    """Compare a candidate with what is readable now."""
    if present and (present.content_hash, present.as_of) == (content.content_hash, run.as_of):
        # The same run again, as after a kill, published it itself.
        if present.since == run.started_at:
            return present
        return replace(present, status="unchanged", reason="same content and as_of as published")
    if not present:
        reason = "first publication"
    elif present.content_hash == content.content_hash:
        reason = f"same content, as_of {present.as_of} became {run.as_of}"
    else:
        reason = f"content changed: {present.row_count} rows became {content.row_count}"
    return Publication(
        mart=mart,
        status="published",
        since=run.started_at,
        as_of=run.as_of,
        version=version,
        reason=reason,
        table_count=content.table_count,
        row_count=content.row_count,
        content_hash=content.content_hash,
    )


def _write(
    connection: duckdb.DuckDBPyConnection,
    draft: Path,
    run: Run,
    changed: Mapping[str, Sequence[str]],
    publications: Sequence[Publication],
) -> None:
    """Write a complete serving file: the changed marts, all others, and the history."""
    try:
        attach(
            connection,
            draft,
            "draft",
            "the new serving file",
            options=f"storage_version {literal(STORAGE_VERSION)}",
        )
        for mart, tables in changed.items():
            for table in tables:
                _copy_table(connection, "warehouse", mart, table)
        for mart, table in _tables(connection, "serving"):
            if mart not in changed:
                _copy_table(connection, "serving", mart, table)
        create_tables(connection, "draft")
        copy_tables(connection, "history", "draft")
        record_publications(connection, "draft", run, publications)
        # Leaves everything in the file itself, nothing in a log beside it.
        connection.execute("checkpoint draft")
        connection.execute("detach draft")
        draft.chmod(0o444)
        _sync(draft)
    except (duckdb.Error, OSError) as error:
        cause = why(error) if isinstance(error, duckdb.Error) else error.strerror
        raise EmporiumError(
            f"The new serving file could not be written in {draft.parent}: {cause}; nothing was "
            "published, readers keep the version that they have; free some disk space or make the "
            "folder writable, then publish again."
        ) from error


def _copy_table(
    connection: duckdb.DuckDBPyConnection, source: str, schema: str, table: str
) -> None:
    """Copy a table, or what a view shows, into the draft, in row order, with its comments."""
    target = _name("draft", schema, table)
    connection.execute(f"create schema if not exists {_name('draft', schema)}")
    connection.execute(f"create table {target} as from {_name(source, schema, table)}")
    where = {"source": source, "schema": schema, "table": table}
    # `create table as` loses comments.
    comments = connection.execute(
        """
        select null, comment from duckdb_tables()
        where (database_name, schema_name, table_name) = ($source, $schema, $table)
        union all
        select null, comment from duckdb_views()
        where (database_name, schema_name, view_name) = ($source, $schema, $table)
        union all
        select column_name, comment from duckdb_columns()
        where (database_name, schema_name, table_name) = ($source, $schema, $table)
        """,
        where,
    ).fetchall()
    for column, comment in comments:
        if comment is not None:
            what = f"column {target}.{_name(column)}" if column else f"table {target}"
            connection.execute(f"comment on {what} is {literal(comment)}")


def _tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, str]]:
    """Mart and name of every table of an attached serving file; none if it is not attached."""
    return connection.execute(
        """
        select schema_name, table_name from duckdb_tables()
        where database_name = ? and schema_name <> 'meta' order by all
        """,
        [catalog],
    ).fetchall()


def _row_count(connection: duckdb.DuckDBPyConnection, catalog: str, schema: str, table: str) -> int:
    [rows] = connection.execute(f"from {_name(catalog, schema, table)} select count(*)").fetchall()
    return int(rows[0])


def _highest_version(connection: duckdb.DuckDBPyConnection, paths: Paths) -> int:
    """The highest number that was ever given, also if a part of the files was deleted."""
    [(recorded,)] = connection.execute(
        "select coalesce(max(version), 0) from history.meta.publications"
    ).fetchall()
    return max([int(recorded), *(_number(path) for path in _version_files(paths))])


def _swap(paths: Paths, draft: Path) -> None:
    """Put a finished file in the place of the one that readers open.

    A log goes first: readers find the old file without it, never the new one with it. No new one
    begins meanwhile, for this process has the old file open.
    """
    _remove_logs(paths.serving)
    try:
        draft.replace(paths.serving)
        _sync(paths.serving.parent)
    except OSError as error:
        raise EmporiumError(
            f"{paths.serving} could not be replaced: {error.strerror}; make its folder writable."
        ) from error


def _open(connection: duckdb.DuckDBPyConnection, path: Path) -> duckdb.Error | None:
    """Open a file for reading, unless a program has it open for writing, which it tells.

    What else may be wrong with the file, its log perhaps, keeps nobody from replacing it.
    """
    try:
        connection.execute(f"attach {literal(str(path))} as readable (read_only)")
    except duckdb.Error as error:
        return error if re.search("lock on file|file handle conflict", str(error)) else None
    return None


def _logs(path: Path) -> list[Path]:
    """What writers of a DuckDB file leave beside it if they are killed."""
    return list(path.parent.glob(f"{path.name}.wal*"))


def _remove_logs(path: Path) -> None:
    """Take away what nobody published."""
    try:
        for log in _logs(path):
            log.unlink(missing_ok=True)
            progress.warning("%s: removed, a program that was killed had written it", log.name)
    except OSError as error:
        raise EmporiumError(
            f"{path}.wal, which a program that was killed has left, could not be removed: "
            f"{error.strerror}; make its folder writable."
        ) from error


def _keep(paths: Paths, current: int) -> None:
    """Bring `versions/` in line with the serving file, whatever a killed process left.

    The present version is kept. One with a higher number was rolled back: it is set aside. Of
    the others the last five stay, and nothing that is older than those.
    """
    if not current:
        return
    try:
        if current not in _kept(paths):
            _link(paths.serving, _version_path(paths, current))
        for version in _kept(paths):
            if version > current:
                path = _version_path(paths, version)
                path.rename(path.with_suffix(".withdrawn.duckdb"))
        oldest = min(_kept(paths)[-KEPT_VERSIONS:], default=0)
        for path in _version_files(paths):
            if _number(path) < oldest:
                path.unlink()
    except OSError as error:
        raise EmporiumError(
            f"The versions in {paths.versions} could not be brought in line with the serving "
            f"file, which is readable and complete: {error.strerror}; make the folder writable or "
            "free some disk space, then run again."
        ) from error


def _version_path(paths: Paths, version: int) -> Path:
    return paths.versions / f"{version:06d}.duckdb"


def _version_files(paths: Paths) -> list[Path]:
    """Every kept or withdrawn version, oldest first."""
    return sorted(paths.versions.glob("[0-9]*.duckdb"), key=_number)


def _kept(paths: Paths) -> list[int]:
    """The numbers of the versions that were not withdrawn, oldest first."""
    return [_number(path) for path in _version_files(paths) if path.stem.isdigit()]


def _number(path: Path) -> int:
    return int(path.name.split(".")[0])


def _draft(paths: Paths) -> Path:
    """Where a file is prepared: beside the serving file, so that a rename can replace that."""
    return paths.serving.with_name(".draft.duckdb")


def _clear(paths: Paths) -> None:
    """Remove what this process, or one that was killed, did not finish."""
    for folder in (paths.serving.parent, paths.versions):
        for path in folder.glob(".draft.*"):
            path.unlink(missing_ok=True)


def _make_folder(paths: Paths) -> None:
    """Make the serving folder, and see to it that files can be written and removed there."""
    try:
        paths.versions.mkdir(parents=True, exist_ok=True)
        _clear(paths)
        _draft(paths).touch()
        _clear(paths)
    except OSError as error:
        raise EmporiumError(
            f"The serving folder {paths.serving.parent} is not writable: {error.strerror}; "
            "make it writable or set EMPORIUM_DATA to another folder."
        ) from error


def _link(source: Path, destination: Path) -> None:
    """Give a file a second name, or a copy where the file system has no hard links."""
    try:
        os.link(source, destination)
    except OSError:
        copy = destination.with_name(".draft.copy")
        shutil.copyfile(source, copy)
        copy.chmod(0o444)
        _sync(copy)
        copy.replace(destination)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(*parts: str) -> str:
    """A qualified name as SQL."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
