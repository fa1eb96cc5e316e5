"""From a delivery folder into the raw zone: checked first, then all of it or nothing."""

import csv
import errno
import glob
import gzip
import hashlib
import io
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
from typing import IO, Any

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
from orchestration.errors import EmporiumError
from orchestration.paths import Paths

_DATA_FILE = re.compile(r"(?P<stem>[^.].*?)\.(parquet|csv|csv\.gz)", re.IGNORECASE)
# What runs read in the raw zone; `macros/engines/list_landed_files.sql` lists the same.
_RAW_FILE = re.compile(r"(?![._])[^'\"*?\[\]{}\\]+\.(parquet|csv|csv\.gz)")
# What engines take for a pattern of names, or for the end of one.
_TROUBLESOME = "'\"*?[]{}\\"
_DELIMITERS = (",", ";", "\t", "|")
_HEADER_CHARACTERS = 1 << 20
_CSV_LINE_BYTES = 2_000_000
# Copying streams, so this is a bound, not a need; it leaves room in 2 GiB for the other steps.
_MEMORY_LIMIT = "768MB"
_DISK_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
# What DuckDB says of a CSV, and what a user can do about it.
_CSV_FAULTS = (
    (r"Expected Number of Columns: (\d+) Found: (\d+)", r"has \2 values where the header has \1"),
    (r"Invalid unicode|not utf-8", "is not UTF-8 text"),
    (r"unterminated quote", "has a quote that is not closed, or not doubled inside a value"),
    (r"Maximum line size", "is longer than 2 MB, as when a closing quote is missing"),
    (r"state machine", "breaks the CSV rules, as when line endings are mixed"),
)


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


@dataclass(frozen=True)
class RawTable:
    """What the raw zone holds of one source table, as far as the files' footers tell.

    Attributes:
        system: the source system.
        table: the source table.
        files: the number of files.
        rows: the rows of all files; `None` when a CSV is among them, whose rows no footer counts.
        bytes: the size of all files.
        newest_loaded_at: the latest `_loaded_at` (UTC) of the Parquet files, where they tell it.
        extra_columns: columns of any file that the contract does not know.
    """

    system: str
    table: str
    files: int
    rows: int | None
    bytes: int
    newest_loaded_at: datetime | None
    extra_columns: tuple[str, ...]


@dataclass(frozen=True)
class _Plan:
    """A delivered file that passed its checks, and where it goes."""

    contract: TableContract
    source: Path
    columns: tuple[FileColumn, ...]
    target: Path
    seen: tuple[int, int]
    extra_columns: tuple[str, ...]
    retyped_columns: tuple[str, ...]

    @property
    def temporary(self) -> Path:
        """Where the file is written first: neither `*.parquet` nor Spark takes it for data."""
        return self.target.with_name(f".{self.target.name}.tmp")


def land(
    delivery: Path, contracts: Sequence[TableContract], raw: Path, loaded_at: datetime
) -> tuple[LandedFile, ...]:
    """Copies the files of a delivery into the raw zone, all of them or none.

    A file belongs to the table whose most specific pattern its name matches, or whose folder it
    lies in. It becomes `<raw>/<system>/<table>/<stem>-<hash of its bytes>.parquet`, so landing it
    again does nothing. Its columns stay as they are (a CSV's are text); each row gains
    `_loaded_at` (unless delivered with one), `_source_file` and `_source_row` (from 1, in the
    order of the file).

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
    with _connect() as connection:
        plans = [
            _plan(connection, contract, file, raw)
            for contract, file in _matched_files(delivery, contracts)
        ]
        with _only_writer(raw):
            _footer_rows(connection, [plan.target for plan in plans if plan.target.exists()])
            written = _write_all(connection, plans, raw, loaded_at)
        rows = _footer_rows(connection, [plan.target for plan in plans])
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
        )
        for plan in plans
    )


def unmatched_files(delivery: Path, contracts: Sequence[TableContract]) -> tuple[Path, ...]:
    """The files of a delivery that `land` leaves aside, as no table's pattern names them."""
    matched = {file for _, file in _matched_files(delivery, contracts)}
    return tuple(file for file in _files(delivery) if file not in matched)


def inspect(raw: Path, contracts: Sequence[TableContract]) -> tuple[RawTable, ...]:
    """What the raw zone holds, from the footers of its Parquet files and the headers of its CSVs.

    Args:
        raw: the raw zone.
        contracts: the tables to look at.

    Returns:
        One entry per table, in the order of `contracts`; one without files counts zero.

    Raises:
        EmporiumError: a file that is corrupt, breaks its contract or is none that runs read.
    """
    with _connect() as connection:
        return tuple(_raw_table(connection, raw, contract) for contract in contracts)


def landed_files(raw: Path) -> list[str]:
    """The files of the raw zone that runs read, each with its size and when it last changed."""
    return sorted(
        f"{path.relative_to(raw)} {path.stat().st_size} {path.stat().st_mtime_ns}"
        for path in raw.glob("*/*/*")
        if _RAW_FILE.fullmatch(path.name)
    )


def check_writable(paths: Paths) -> None:
    """Makes the data folder, and fails if it or a folder in it cannot be written.

    Raises:
        EmporiumError: the folder above it does not exist, it is a file, it is read-only, or its
            name would be read as a pattern.
    """
    elsewhere = "or point EMPORIUM_DATA elsewhere"
    folder = paths.data
    if trouble := sorted(set(_TROUBLESOME) & set(str(folder))):
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
            f"The data folder cannot be written at {folder} ({_reason(error)}): give this user the "
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
        raise EmporiumError(_forbidden(folder, error)) from error


def _matched_files(
    delivery: Path, contracts: Sequence[TableContract]
) -> list[tuple[TableContract, Path]]:
    """The data files of a delivery with the table that each belongs to."""
    found = _files(delivery)
    matches = [(_owner(file, contracts), file) for file in found]
    matched = [(contract, file) for contract, file in matches if contract]
    for contract in contracts:
        if (delivery / contract.table).is_dir():
            inside = _files(delivery / contract.table)
            matched += [(contract, file) for file in inside if _stem(file)]
    if not matched:
        expected = [f"{c.table} ({' or '.join(c.delivery_patterns)})" for c in contracts]
        systems = listed(sorted({contract.system for contract in contracts}))
        raise EmporiumError(
            f"The delivery folder {delivery} holds no file of {systems} (found: "
            f"{listed([file.name for file in found], limit=5)}): put Parquet or CSV files there, "
            f"named for {listed(expected)}."
        )
    return sorted(matched, key=lambda match: (match[0].table, match[1]))


def _owner(file: Path, contracts: Sequence[TableContract]) -> TableContract | None:
    """The table whose most specific pattern matches the file: `order_lines*` before `order*`."""
    stem = (_stem(file) or "").casefold()
    if not stem:
        return None
    claims = [
        (len(pattern.strip("*?")), contract)
        for contract in contracts
        for pattern in contract.delivery_patterns
        if fnmatchcase(stem, pattern.casefold())
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


def _stem(file: Path) -> str | None:
    """The name of a data file without its extension; `None` for any other file."""
    data_file = _DATA_FILE.fullmatch(file.name)
    return data_file["stem"] if data_file else None


# --- checking a delivered file


def _plan(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, source: Path, raw: Path
) -> _Plan:
    """Checks a delivered file and names its target; reads its bytes once, for the hash."""
    remedy = "export it again"
    try:
        with source.open("rb") as content:
            seen = _seen(source)
            if seen[0] == 0:
                raise EmporiumError(f"{source} is empty (0 bytes): export it again, or remove it.")
            columns = _columns(connection, contract, [source], remedy)[source]
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise EmporiumError(_forbidden(source, error)) from error
    extra, retyped = check_columns(contract, str(source), columns, remedy)
    # Spark skips files whose names start with '_' or '.', and globs read brackets.
    stem = re.sub(r"[^\w.-]", "_", _stem(source) or "").lstrip("._") or contract.table
    return _Plan(
        contract=contract,
        source=source,
        columns=columns,
        target=raw / contract.system / contract.table / f"{stem}-{digest[:12]}.parquet",
        seen=seen,
        extra_columns=extra,
        # A CSV has no types: its columns are text by nature, not by mistake.
        retyped_columns=() if _is_csv(source) else retyped,
    )


def _columns(
    connection: duckdb.DuckDBPyConnection,
    contract: TableContract,
    files: Sequence[Path],
    remedy: str,
) -> dict[Path, tuple[FileColumn, ...]]:
    """The top-level columns of files, in their order, duplicates included."""
    columns = {
        file: tuple(FileColumn(name, "VARCHAR") for name in _csv_header(file, contract, remedy)[1])
        for file in files
        if _is_csv(file)
    }
    parquet = [file for file in files if not _is_csv(file)]
    elements: dict[str, list[tuple[str, int | None, str]]] = {}
    for file_name, *element in _footers(
        connection,
        "select file_name, name, num_children, duckdb_type from parquet_schema($files) "
        "order by file_name, column_id",
        parquet,
        remedy,
    ):
        elements.setdefault(file_name, []).append((element[0], element[1], element[2]))
    return columns | {file: tuple(_top_level(elements[str(file)])) for file in parquet}


def _top_level(elements: Sequence[tuple[str, int | None, str]]) -> Iterator[FileColumn]:
    """The columns in a Parquet schema, a tree in pre-order of (name, children, type)."""
    position = 1  # 0 is the root
    while position < len(elements):
        name, _, data_type = elements[position]
        yield FileColumn(name, data_type)
        open_nodes = 1
        while open_nodes:
            open_nodes += (elements[position][1] or 0) - 1
            position += 1


def _csv_header(file: Path, contract: TableContract, remedy: str) -> tuple[str, tuple[str, ...]]:
    """The delimiter of a CSV, which is the one that yields most declared names, and its header."""
    try:
        with _open_csv(file, "strict") as content:
            start = content.read(_HEADER_CHARACTERS)
        headers = {
            delimiter: next(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter), [])
            for delimiter in _DELIMITERS
        }
    except UnicodeDecodeError as error:
        raise EmporiumError(f"{file} is not UTF-8 text: {remedy} in UTF-8.") from error
    except (gzip.BadGzipFile, EOFError, zlib.error, csv.Error) as error:
        raise EmporiumError(f"{file} is no CSV that can be read ({error}): {remedy}.") from error
    except OSError as error:
        raise EmporiumError(_forbidden(file, error)) from error
    if not start:
        raise EmporiumError(f"{file} is empty: {remedy}, with a header at least.")
    declared = {column.name for column in contract.columns}
    delimiter = max(_DELIMITERS, key=lambda known: len(declared & set(headers[known])))
    names = (name or f"unnamed_{n}" for n, name in enumerate(headers[delimiter], start=1))
    return delimiter, tuple(names)


def _csv_rows(file: Path, contract: TableContract) -> int:
    """The rows of a CSV, counted by another reader than DuckDB."""
    delimiter, header = _csv_header(file, contract, "export it again")
    csv.field_size_limit(_CSV_LINE_BYTES)
    with _open_csv(file, "replace") as content:
        records = csv.reader(content, delimiter=delimiter)
        # An empty line is a row only where one empty value is one.
        return sum(1 for record in records if record or len(header) == 1) - 1


def _open_csv(file: Path, errors: str) -> IO[str]:
    if file.suffix.lower() == ".gz":
        return gzip.open(file, "rt", encoding="utf-8-sig", errors=errors, newline="")
    return file.open(encoding="utf-8-sig", errors=errors, newline="")


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
    for folder in {plan.target.parent for plan in plans}:
        _make_folder(folder)
    shown: list[Path] = []
    try:
        for plan in plans:
            for leftover in plan.target.parent.glob(".*.tmp"):
                leftover.unlink()
        for plan in new:
            _write(connection, plan, loaded_at)
        for plan in new:
            plan.temporary.replace(plan.target)
            shown.append(plan.target)
    except BaseException as error:
        for file in (*shown, *(plan.temporary for plan in new)):
            file.unlink(missing_ok=True)
        if isinstance(error, OSError | duckdb.Error) and (fault := _disk_fault(error)):
            needed, free = sum(plan.seen[0] for plan in new), shutil.disk_usage(raw).free
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
    stamp: duckdb.Expression = duckdb.ConstantExpression(loaded_at)
    names = [column.name for column in plan.columns]
    if LOADED_AT in names:
        delivered = f"timezone('UTC', cast({LOADED_AT} as timestamptz))"
        stamp = duckdb.CoalesceOperator(duckdb.SQLExpression(delivered), stamp)
    replaced = [name for name in (LOADED_AT, SOURCE_FILE, SOURCE_ROW) if name in names]
    plan.temporary.touch()
    try:
        _rows(connection, plan).select(
            duckdb.StarExpression(exclude=replaced),
            stamp.alias(LOADED_AT),
            duckdb.ConstantExpression(plan.source.name).alias(SOURCE_FILE),
            duckdb.SQLExpression("row_number() over ()").alias(SOURCE_ROW),
        ).to_parquet(str(plan.temporary), compression="zstd")
    except duckdb.Error as error:
        if _disk_fault(error):
            raise
        raise EmporiumError(_unreadable(plan.source, error, "export it again")) from error
    if _is_csv(plan.source):
        _check_rows(connection, plan)
    with plan.temporary.open("rb") as written:
        os.fsync(written.fileno())
    if not plan.source.exists() or _seen(plan.source) != plan.seen:
        raise EmporiumError(
            f"{plan.source} changed while it was landed: land again when its upload has ended."
        )


def _check_rows(connection: duckdb.DuckDBPyConnection, plan: _Plan) -> None:
    """Counts a CSV again: reading in one thread, DuckDB drops what follows an open quote."""
    read = _footer_rows(connection, [plan.temporary])[plan.temporary]
    try:
        counted = _csv_rows(plan.source, plan.contract)
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise EmporiumError(f"{plan.source} cannot be read ({error}): export it again.") from error
    if counted != read:
        raise EmporiumError(
            f"{plan.source} holds {counted:,} rows of which {read:,} can be read, as when a quote "
            "is not closed or the file is cut off: export it again."
        )


def _rows(connection: duckdb.DuckDBPyConnection, plan: _Plan) -> duckdb.DuckDBPyRelation:
    """The delivered rows, in their order."""
    if not _is_csv(plan.source):
        connection.execute("reset threads")
        return connection.read_parquet(glob.escape(str(plan.source)), hive_partitioning=False)
    # Parallel reading guesses where rows start and fails on line breaks in quotes; reading in one
    # thread of several holds all rows until the end. One thread alone does neither.
    connection.execute("set threads = 1")
    delimiter, _ = _csv_header(plan.source, plan.contract, "export it again")
    return connection.read_csv(
        glob.escape(str(plan.source)),
        columns={column.name: "VARCHAR" for column in plan.columns},
        header=True,
        delimiter=delimiter,
        quotechar='"',
        escapechar='"',
        max_line_size=_CSV_LINE_BYTES,
        auto_detect=False,
        parallel=False,
        hive_partitioning=False,
    )


# --- reading footers


def _raw_table(
    connection: duckdb.DuckDBPyConnection, raw: Path, contract: TableContract
) -> RawTable:
    folder = raw / contract.system / contract.table
    files = sorted(f for f in folder.glob("[!._]*") if f.is_file())
    if strange := [file for file in files if not _RAW_FILE.fullmatch(file.name)]:
        raise EmporiumError(
            f"{strange[0]} lies in the raw zone, where runs read .parquet, .csv and .csv.gz files "
            f"without {' '.join(_TROUBLESOME)} in their names: move it to a delivery folder and "
            "land it from there, or remove it."
        )
    remedy = "remove it from the raw zone and land its delivery again"
    columns = _columns(connection, contract, files, remedy)
    extra: dict[str, None] = {}
    for file in files:
        extra |= dict.fromkeys(check_columns(contract, str(file), columns[file], remedy)[0])
    parquet = [file for file in files if not _is_csv(file)]
    newest = _footers(
        connection,
        "select timezone('UTC', max(try_cast(stats_max_value as timestamptz))) "
        "from parquet_metadata($files) where path_in_schema = '_loaded_at'",
        parquet,
        remedy,
    )
    rows = sum(_footer_rows(connection, parquet).values())
    return RawTable(
        system=contract.system,
        table=contract.table,
        files=len(files),
        rows=rows if len(parquet) == len(files) else None,
        bytes=sum(file.stat().st_size for file in files),
        newest_loaded_at=newest[0][0] if newest else None,
        extra_columns=tuple(extra),
    )


def _footer_rows(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> dict[Path, int]:
    """The number of rows of each Parquet file of the raw zone."""
    remedy = "remove it from the raw zone and land its delivery again"
    counts = _footers(
        connection, "select file_name, num_rows from parquet_file_metadata($files)", files, remedy
    )
    return {Path(file): rows for file, rows in counts}


def _footers(
    connection: duckdb.DuckDBPyConnection, query: str, files: Sequence[Path], remedy: str
) -> list[tuple[Any, ...]]:
    """The rows of a query over the footers of `$files`; an error names the file that is corrupt."""
    if not files:
        return []
    try:
        return connection.execute(
            query, {"files": [glob.escape(str(file)) for file in files]}
        ).fetchall()
    except duckdb.Error as error:
        if len(files) == 1:
            raise EmporiumError(_unreadable(files[0], error, remedy)) from error
        for file in files:
            _footers(connection, query, [file], remedy)
        raise


# --- machine


def _connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"memory_limit": _MEMORY_LIMIT, "temp_directory": ""})
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _forbidden(path: Path, error: OSError) -> str:
    return f"{path} cannot be read ({_reason(error)}): give this user the right to read it."


def _unwritable(folder: Path, error: OSError) -> EmporiumError:
    return EmporiumError(
        f"The raw zone cannot be written at {folder} ({_reason(error)}), so nothing was landed: "
        "give this user the right to write there, or point EMPORIUM_DATA elsewhere."
    )


def _unreadable(file: Path, error: duckdb.Error, remedy: str) -> str:
    """The sentence for a file that DuckDB cannot read: what it found, and where."""
    message = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", message)
    if isinstance(error, duckdb.ConversionException):
        return f"Column {LOADED_AT} of {file} holds a value that is no timestamp: {remedy}."
    for pattern, finding in _CSV_FAULTS if _is_csv(file) else ():
        if fault := re.search(pattern, message):
            where = f"Line {line[1]} of {file}" if line else str(file)
            return f"{where} {fault.expand(finding)}: {remedy}."
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"{file} takes more than {_MEMORY_LIMIT} of memory to copy: split it and try again."
    kind = "CSV" if _is_csv(file) else "Parquet"
    reason = message.splitlines()[0].split("Error: ", 1)[-1].rstrip(". ")
    return f"{file} cannot be read as {kind}, it may be corrupt or cut off ({reason}): {remedy}."


def _disk_fault(error: OSError | duckdb.Error) -> str | None:
    """What the machine says if a disk, a quota or a file size is at its limit."""
    faults = [os.strerror(code) for code in _DISK_FULL]
    return next((fault.lower() for fault in faults if fault in str(error)), None)


def _is_csv(file: Path) -> bool:
    return file.name.lower().endswith((".csv", ".csv.gz"))


def _seen(file: Path) -> tuple[int, int]:
    """Size and time of change of a file, which tell an upload that goes on."""
    status = file.stat()
    return status.st_size, status.st_mtime_ns


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
