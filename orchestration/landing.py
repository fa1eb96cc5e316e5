"""From a delivery folder into the raw zone: checked first, then all of it or nothing."""

import csv
import errno
import glob
import hashlib
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from orchestration.contracts import (
    LOADED_AT,
    SOURCE_FILE,
    SOURCE_ROW,
    FileColumn,
    TableContract,
    check_columns,
    listed,
)
from orchestration.delivered import (
    LINE_BYTES,
    Reading,
    count_rows,
    ending,
    forbidden,
    is_parquet,
    look,
    misnamed,
    reason,
    rewrite,
    stem,
    workbook_stem,
)
from orchestration.errors import EmporiumError
from orchestration.paths import Paths
from orchestration.raw_zone import (
    TROUBLESOME,
    columns_of,
    connect,
    footer_rows,
    footers,
    unreadable,
)

DELIVERED = "_delivered"
"""The folder, in that of a table in the raw zone, with files as they came; no run reads it."""
# What a landing writes in the place of what a file brought under the same name.
_WRITTEN = (LOADED_AT, SOURCE_FILE, SOURCE_ROW)
# Times of pandas, which Spark does not read, and as what they land.
_NANOSECONDS = {"TIMESTAMPTZ_NS": "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS": "TIMESTAMP"}
_DISK_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


@dataclass(frozen=True)
class LandedFile:
    """One delivered file in the raw zone.

    Attributes:
        system: the source system.
        table: the source table.
        source: the delivered file.
        target: the file in the raw zone.
        rows: its rows; 0 is allowed, for a day on which nothing happened.
        bytes: the size of `target`.
        already_landed: whether an earlier landing brought the same file, so that nothing was done.
        extra_columns: columns that the contract does not know; kept.
        retyped_columns: columns of another type than the contract declares; kept as delivered.
        read_as: how a CSV or workbook was read, where that is not plain.
        copy: the delivered bytes in the raw zone, where the rows do not hold all of them.
    """

    system: str
    table: str
    source: Path
    target: Path
    rows: int
    bytes: int
    already_landed: bool
    extra_columns: tuple[str, ...]
    retyped_columns: tuple[str, ...]
    read_as: str
    copy: Path | None


@dataclass(frozen=True)
class _Plan:
    """A delivered file that passed its checks, and where it goes."""

    contract: TableContract
    source: Path
    reading: Reading | None
    columns: tuple[FileColumn, ...]
    target: Path
    copy: Path | None
    digest: str
    seen: tuple[int, int]
    extra_columns: tuple[str, ...]
    retyped_columns: tuple[str, ...]

    @property
    def temporary(self) -> Path:
        """Where the file is written first: neither `*.parquet` nor Spark takes it for data."""
        return _draft(self.target)

    @property
    def rewritten(self) -> Path:
        """Where DuckDB reads its rows: it knows CSVs in UTF-8 only, with a header at the top."""
        if self.reading is None or self.reading.is_plain:
            return self.source
        return self.target.with_name(f".{self.target.name}.csv.tmp")

    @property
    def temporaries(self) -> tuple[Path, ...]:
        """What is written on the way."""
        written = [self.temporary, *([_draft(self.copy)] if self.copy else [])]
        return (*written, *([self.rewritten] if self.rewritten != self.source else []))

    @property
    def notes(self) -> dict[str, str]:
        """What is kept about the delivered file with its rows."""
        copy = {} if self.copy is None else {"delivered_copy": f"{DELIVERED}/{self.copy.name}"}
        reading = {} if self.reading is None else self.reading.notes
        return {**reading, **copy, "delivered_sha256": self.digest}


def land(
    delivery: Path, contracts: Sequence[TableContract], raw: Path, loaded_at: datetime
) -> tuple[LandedFile, ...]:
    """Copies the files of a delivery into the raw zone, all of them or none.

    A file belongs to the table whose most specific pattern its name matches, or whose folder it
    lies in. It becomes `<raw>/<system>/<table>/<stem>-<hash of its bytes>.parquet`, so landing it
    again does nothing. Its columns stay as they are (those of a CSV or a workbook are text); each
    row gains `_loaded_at` (unless delivered with one), `_source_file` and `_source_row` (from 1,
    in the order of the file). What Parquet does not hold of a delivered file is not lost: the file
    itself is kept in `_delivered/` beside, and how it was read in the metadata of the Parquet file.

    Args:
        delivery: the folder with the exports of one source system.
        contracts: the tables of that system.
        raw: the raw zone.
        loaded_at: the time of the landing, in UTC.

    Returns:
        The files of the delivery, by table and name.

    Raises:
        EmporiumError: a delivery that is missing, empty, unreadable or against its contract; a raw
            zone that cannot be written, is full, or is written by another landing.
    """
    if loaded_at.tzinfo is not None:
        loaded_at = loaded_at.astimezone(UTC).replace(tzinfo=None)
    with connect() as connection:
        plans = [
            _plan(connection, contract, file, raw)
            for contract, file in _matched_files(delivery, contracts)
        ]
        with _only_writer(raw):
            footer_rows(connection, [plan.target for plan in plans if plan.target.exists()])
            for plan in plans:
                _check_landed_alike(connection, plan)
            written = _write_all(connection, plans, raw, loaded_at)
        rows = footer_rows(connection, [plan.target for plan in plans])
    return tuple(
        LandedFile(
            system=plan.contract.system,
            table=plan.contract.table,
            source=plan.source,
            target=plan.target,
            rows=rows[plan.target],
            bytes=plan.target.stat().st_size,
            already_landed=plan not in written,
            extra_columns=plan.extra_columns,
            retyped_columns=plan.retyped_columns,
            read_as="" if plan.reading is None else str(plan.reading),
            copy=plan.copy,
        )
        for plan in plans
    )


def unmatched_files(delivery: Path, contracts: Sequence[TableContract]) -> tuple[Path, ...]:
    """The files of a delivery that `land` leaves aside, as no table's pattern names them."""
    matched = {file for _, file in _matched_files(delivery, contracts)}
    return tuple(file for file in _files(delivery) if file not in matched)


def check_writable(paths: Paths) -> None:
    """Makes the data folder, and fails if it or a folder in it cannot be written.

    Raises:
        EmporiumError: the folder above it does not exist, it is a file, it is read-only, or its
            name would be read as a pattern.
    """
    elsewhere = "or point EMPORIUM_DATA elsewhere"
    folder = paths.data
    if trouble := sorted(set(TROUBLESOME) & set(str(folder))):
        raise EmporiumError(
            f"The data folder {folder} has {' '.join(trouble)} in its path, which engines would "
            f"read as a pattern of names: rename it, {elsewhere}."
        )
    try:
        if not paths.data.parent.is_dir():
            raise EmporiumError(
                f"The data folder {paths.data} cannot be made because {paths.data.parent} is not "
                f"an existing folder: make that folder, {elsewhere}."
            )
        if paths.data.exists() and not paths.data.is_dir():
            raise EmporiumError(
                f"The data folder {paths.data} is a file: move it away, {elsewhere}."
            )
        paths.data.mkdir(exist_ok=True)
        for folder in (paths.data, paths.raw, paths.build, paths.serving.parent):
            if folder.exists():
                with tempfile.TemporaryFile(dir=folder):
                    pass
    except OSError as error:
        raise EmporiumError(
            f"The data folder cannot be written at {folder} ({reason(error)}): give this user the "
            f"right to write there, {elsewhere}."
        ) from error


# --- finding the files of a delivery


def _files(folder: Path) -> list[Path]:
    """The files of a folder by name, without hidden ones (macOS leaves `._orders.csv`)."""
    try:
        if not folder.exists():
            raise EmporiumError(f"The delivery folder {folder} does not exist: check the path.")
        if not folder.is_dir():
            raise EmporiumError(
                f"The delivery {folder} is not a folder: give the folder that holds the exports."
            )
        return sorted(f for f in folder.iterdir() if f.is_file() and not f.name.startswith("."))
    except OSError as error:
        raise EmporiumError(forbidden(folder, error)) from error


def _matched_files(
    delivery: Path, contracts: Sequence[TableContract]
) -> list[tuple[TableContract, Path]]:
    """The data files of a delivery with the table that each belongs to."""
    found = _files(delivery)
    matches = [(_owner(file, contracts), file) for file in found]
    matched = [(contract, file) for contract, file in matches if contract]
    for contract, file in matched:
        if workbook_stem(file):
            raise EmporiumError(misnamed(file, contract))
    for contract in contracts:
        if (delivery / contract.table).is_dir():
            inside = _files(delivery / contract.table)
            for file in inside:
                if workbook_stem(file):
                    raise EmporiumError(misnamed(file, contract))
            matched += [(contract, file) for file in inside if stem(file)]
    if not matched:
        expected = [f"{c.table} ({' or '.join(c.delivery_patterns)})" for c in contracts]
        systems = listed(sorted({contract.system for contract in contracts}))
        raise EmporiumError(
            f"The delivery folder {delivery} holds no file of {systems} (found: "
            f"{listed([file.name for file in found], limit=5)}): put Parquet, CSV or .xlsx files "
            f"there, named for {listed(expected)}."
        )
    return sorted(matched, key=lambda match: (match[0].table, match[1]))


def _owner(file: Path, contracts: Sequence[TableContract]) -> TableContract | None:
    """The table whose most specific pattern matches the file: `order_lines*` before `order*`."""
    name = (stem(file) or workbook_stem(file) or "").casefold()
    if not name:
        return None
    claims = [
        (len(pattern.strip("*?")), contract)
        for contract in contracts
        for pattern in contract.delivery_patterns
        if fnmatchcase(name, pattern.casefold())
    ]
    if not claims:
        return None
    most_specific = max(length for length, _ in claims)
    owners = {contract.table: contract for length, contract in claims if length == most_specific}
    if len(owners) > 1:
        raise EmporiumError(
            f"{file} matches the delivery patterns of {' and '.join(sorted(owners))} alike: put it "
            f"in a folder of {file.parent} that is named for its table."
        )
    return next(iter(owners.values()))


# --- checking a delivered file


def _plan(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, source: Path, raw: Path
) -> _Plan:
    """Checks a delivered file and names its target; reads its bytes for the hash."""
    remedy = "export it again"
    try:
        with source.open("rb") as content:
            seen = _seen(source)
            if seen[0] == 0:
                raise EmporiumError(f"{source} is empty (0 bytes): export it again, or remove it.")
            if is_parquet(source):
                reading = None
                found = columns_of(connection, contract, [source], remedy)[source]
                columns = tuple(
                    FileColumn(column.name, _NANOSECONDS.get(column.data_type, column.data_type))
                    for column in found
                )
            else:
                reading = look(source, contract, remedy)
                columns = found = tuple(FileColumn(name, "VARCHAR") for name in reading.columns)
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise EmporiumError(forbidden(source, error)) from error
    extra, retyped = check_columns(contract, str(source), columns, remedy)
    # Spark skips files whose names start with '_' or '.', and globs read brackets.
    name = re.sub(r"[^\w.-]", "_", stem(source) or "").lstrip("._") or contract.table
    name = f"{name}-{digest[:12]}"
    folder = raw / contract.system / contract.table
    is_whole = (
        reading is None
        and columns == found
        and not {column.name for column in columns} & set(_WRITTEN)
    )
    return _Plan(
        contract=contract,
        source=source,
        reading=reading,
        columns=columns,
        target=folder / f"{name}.parquet",
        copy=None if is_whole else folder / DELIVERED / f"{name}{ending(source)}",
        digest=digest,
        seen=seen,
        extra_columns=extra,
        # A CSV has no types: its columns are text by nature, not by mistake.
        retyped_columns=retyped if reading is None else (),
    )


def _check_landed_alike(connection: duckdb.DuckDBPyConnection, plan: _Plan) -> None:
    """A file that landed before was read as it would be now, or its rows are not what they seem."""
    if not plan.target.exists() or plan.reading is None:
        return
    kept = footers(
        connection,
        "select decode(key), decode(value) from parquet_kv_metadata($files)",
        [plan.target],
        "remove it from the raw zone and land its delivery again",
    )
    notes = {name: note for name, note in kept if name in plan.reading.notes}
    if notes and notes != plan.reading.notes:
        before = listed(f"{name} {note}" for name, note in notes.items())
        now = listed(f"{name} {note}" for name, note in plan.reading.notes.items())
        raise EmporiumError(
            f"{plan.source} landed before as {plan.target}, read otherwise ({before}) than it "
            f"would be now ({now}): remove that file from the raw zone, then land again."
        )


# --- writing


@contextmanager
def _only_writer(raw: Path) -> Iterator[None]:
    """Holds the raw zone: temporary files found inside are leftovers of a landing that died."""
    _make_folder(raw)
    lock = FileLock(raw / ".landing.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise EmporiumError(
            f"Another landing is writing to {raw}: wait until it has ended, then land again."
        ) from error
    except OSError as error:
        raise _unwritable(raw, error) from error
    try:
        yield
    finally:
        lock.release()


def _write_all(
    connection: duckdb.DuckDBPyConnection, plans: Sequence[_Plan], raw: Path, loaded_at: datetime
) -> list[_Plan]:
    """Writes the files that are not there yet, then shows them all; undoes all on any failure."""
    by_target: dict[Path, _Plan] = {}
    for plan in plans:
        if not plan.target.exists():
            by_target.setdefault(plan.target, plan)
    new = list(by_target.values())
    copies = [plan.copy for plan in new if plan.copy and not plan.copy.exists()]
    folders = {plan.target.parent for plan in plans} | {copy.parent for copy in copies}
    for folder in folders:
        _make_folder(folder)
    shown: list[Path] = []
    try:
        for folder in folders:
            for leftover in folder.glob(".*.tmp"):
                leftover.unlink()
        for plan in new:
            _write(connection, plan, loaded_at)
        # What runs read comes last: rows are never there without the file that they came in.
        for file in (*copies, *(plan.target for plan in new)):
            _draft(file).replace(file)
            shown.append(file)
    except BaseException as error:
        for file in shown:
            file.unlink(missing_ok=True)
        for plan in new:
            for file in plan.temporaries:
                file.unlink(missing_ok=True)
        if isinstance(error, OSError | duckdb.Error) and (fault := _disk_fault(error)):
            needed = sum(plan.seen[0] * (2 if plan.copy else 1) for plan in new)
            free = shutil.disk_usage(raw).free
            raise EmporiumError(
                f"The raw zone {raw} has no room ({fault}): the delivery needs about "
                f"{_megabytes(needed)}, {_megabytes(free)} of its disk are free and nothing was "
                "landed: make room, then land again."
            ) from error
        if isinstance(error, OSError):
            raise _unwritable(raw, error) from error
        raise
    return new


def _write(connection: duckdb.DuckDBPyConnection, plan: _Plan, loaded_at: datetime) -> None:
    """Copies one delivered file to its temporary file, safely on disk, in the file's order."""
    if plan.copy and not plan.copy.exists():
        _copy(plan, _draft(plan.copy))
    if plan.reading and plan.rewritten != plan.source:
        try:
            rewrite(plan.source, plan.reading, plan.rewritten)
        except (EOFError, zlib.error, csv.Error, UnicodeError) as error:
            raise EmporiumError(
                f"{plan.source} cannot be read ({error}): export it again."
            ) from error
    plan.temporary.touch()
    try:
        _copy_rows(connection, plan, loaded_at)
    except duckdb.Error as error:
        if _disk_fault(error):
            raise
        above = plan.reading.header_row - 1 if plan.reading else 0
        raise EmporiumError(unreadable(plan.source, error, "export it again", above)) from error
    if plan.reading:
        _check_rows(connection, plan, plan.reading)
    if plan.rewritten != plan.source:
        plan.rewritten.unlink()
    _sync(plan.temporary)
    if not plan.source.exists() or _seen(plan.source) != plan.seen:
        raise _changed(plan)


def _copy(plan: _Plan, draft: Path) -> None:
    """Copies the delivered bytes, which have to be those that were looked at."""
    shutil.copyfile(plan.source, draft)
    with draft.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != plan.digest:
            raise _changed(plan)
    _sync(draft)


def _copy_rows(connection: duckdb.DuckDBPyConnection, plan: _Plan, loaded_at: datetime) -> None:
    """Writes the rows with what is known of them, and notes how they were read."""
    stamp: duckdb.Expression = duckdb.ConstantExpression(loaded_at)
    if any(column.name == LOADED_AT for column in plan.columns):
        delivered = f"timezone('UTC', cast({LOADED_AT} as timestamptz))"
        stamp = duckdb.CoalesceOperator(duckdb.SQLExpression(delivered), stamp)
    kept = [
        duckdb.ColumnExpression(column.name)
        .cast(duckdb.sqltype(column.data_type))
        .alias(column.name)
        if column.data_type in _NANOSECONDS.values()
        else duckdb.ColumnExpression(column.name)
        for column in plan.columns
        if column.name not in _WRITTEN
    ]
    _rows(connection, plan).select(
        *kept,
        stamp.alias(LOADED_AT),
        duckdb.ConstantExpression(plan.source.name).alias(SOURCE_FILE),
        duckdb.SQLExpression("row_number() over ()").alias(SOURCE_ROW),
    ).create_view("delivered")
    notes = ", ".join(f"{name}: {_literal(note)}" for name, note in plan.notes.items())
    connection.execute(
        f"copy (from delivered) to {_literal(str(plan.temporary))} "
        f"(format parquet, compression zstd, kv_metadata {{{notes}}})"
    )


def _check_rows(connection: duckdb.DuckDBPyConnection, plan: _Plan, reading: Reading) -> None:
    """Counts a CSV again: reading in one thread, DuckDB drops what follows an open quote."""
    read = footer_rows(connection, [plan.temporary])[plan.temporary]
    try:
        counted = count_rows(plan.rewritten, reading)
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise EmporiumError(f"{plan.source} cannot be read ({error}): export it again.") from error
    if counted != read:
        raise EmporiumError(
            f"{plan.source} holds {counted:,} rows of which {read:,} can be read, as when a quote "
            "is not closed or the file is cut off: export it again."
        )


def _rows(connection: duckdb.DuckDBPyConnection, plan: _Plan) -> duckdb.DuckDBPyRelation:
    """The delivered rows, in their order."""
    if plan.reading is None:
        connection.execute("reset threads")
        return connection.read_parquet(glob.escape(str(plan.source)), hive_partitioning=False)
    # Parallel reading guesses where rows start and fails on line breaks in quotes; reading in one
    # thread of several holds all rows until the end. One thread alone does neither.
    connection.execute("set threads = 1")
    rows = connection.read_csv(
        glob.escape(str(plan.rewritten)),
        columns={column.name: "VARCHAR" for column in plan.columns},
        header=True,
        delimiter=plan.reading.delimiter,
        quotechar='"',
        escapechar='"',
        max_line_size=LINE_BYTES,
        auto_detect=False,
        parallel=False,
        hive_partitioning=False,
    )
    if len(plan.columns) == 1:
        return rows
    # Spreadsheets write delimiters for rows that were emptied: no more rows than blank lines are.
    empty = duckdb.ConstantExpression("")
    values = [
        duckdb.FunctionExpression("nullif", duckdb.ColumnExpression(column.name), empty)
        for column in plan.columns
    ]
    return rows.filter(duckdb.CoalesceOperator(*values).isnotnull())


# --- machine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> EmporiumError:
    return EmporiumError(
        f"The raw zone cannot be written at {folder} ({reason(error)}), so nothing was landed: "
        "give this user the right to write there, or point EMPORIUM_DATA elsewhere."
    )


def _disk_fault(error: OSError | duckdb.Error) -> str | None:
    """What the machine says if a disk, a quota or a file size is at its limit."""
    faults = [os.strerror(code) for code in _DISK_FULL]
    return next((fault.lower() for fault in faults if fault in str(error)), None)


def _draft(file: Path) -> Path:
    """Where a file of the raw zone is written before it is shown."""
    return file.with_name(f".{file.name}.tmp")


def _changed(plan: _Plan) -> EmporiumError:
    return EmporiumError(
        f"{plan.source} changed while it was landed: land again when its upload has ended."
    )


def _sync(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _seen(file: Path) -> tuple[int, int]:
    """Size and time of change of a file, which tell an upload that goes on."""
    status = file.stat()
    return status.st_size, status.st_mtime_ns


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
