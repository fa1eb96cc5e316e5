"""What lies in the raw zone, as far as names, footers and headers tell: what runs will read."""

import glob
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts import LOADED_AT, FileColumn, TableContract, check_columns
from orchestration.delivered import header_in_place, is_parquet
from orchestration.errors import EmporiumError

ENDINGS = ("parquet", "csv", "csv.gz")
"""Of the files that runs read; the macro `landed_endings` names the same."""
# What engines take for a pattern of names, or for the end of one.
TROUBLESOME = "'\"*?[]{}\\"
_RAW_FILE = re.compile(
    rf"(?![._])[^{re.escape(TROUBLESOME)}]+\.({'|'.join(map(re.escape, ENDINGS))})"
)
# Copying streams, so this is a bound, not a need; it leaves room in 2 GiB for the other steps.
MEMORY_LIMIT = "768MB"
# What DuckDB says of a CSV, and what a user can do about it.
_CSV_FAULTS = (
    (r"Expected Number of Columns: (\d+) Found: (\d+)", r"has \2 values where the header has \1"),
    (r"Invalid unicode|not utf-8", "is not UTF-8 text"),
    (r"unterminated quote", "has a quote that is not closed, or not doubled inside a value"),
    (r"Maximum line size", "is longer than 2 MB, as when a closing quote is missing"),
    (r"state machine", "breaks the CSV rules, as when line endings are mixed"),
)


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
    with connect() as connection:
        return tuple(_raw_table(connection, raw, contract) for contract in contracts)


def landed_files(raw: Path) -> list[str]:
    """The files of the raw zone that runs read, each with its size and when it last changed."""
    return sorted(
        f"{path.relative_to(raw)} {path.stat().st_size} {path.stat().st_mtime_ns}"
        for path in raw.glob("*/*/*")
        if _RAW_FILE.fullmatch(path.name)
    )


def columns_of(
    connection: duckdb.DuckDBPyConnection,
    contract: TableContract,
    files: Sequence[Path],
    remedy: str,
) -> dict[Path, tuple[FileColumn, ...]]:
    """The top-level columns of landed files, in their order, duplicates included."""
    columns = {
        file: tuple(FileColumn(name, "VARCHAR") for name in header_in_place(file, contract, remedy))
        for file in files
        if not is_parquet(file)
    }
    parquet = [file for file in files if is_parquet(file)]
    elements: dict[str, list[tuple[str, int | None, str]]] = {}
    for file_name, *element in footers(
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


def _raw_table(
    connection: duckdb.DuckDBPyConnection, raw: Path, contract: TableContract
) -> RawTable:
    folder = raw / contract.system / contract.table
    files = sorted(f for f in folder.glob("[!._]*") if f.is_file())
    if strange := [file for file in files if not _RAW_FILE.fullmatch(file.name)]:
        raise EmporiumError(
            f"{strange[0]} lies in the raw zone, where runs read .{', .'.join(ENDINGS)} files "
            f"without {' '.join(TROUBLESOME)} in their names: move it to a delivery folder and "
            "land it from there, or remove it."
        )
    remedy = "remove it from the raw zone and land its delivery again"
    columns = columns_of(connection, contract, files, remedy)
    extra: dict[str, None] = {}
    for file in files:
        extra |= dict.fromkeys(check_columns(contract, str(file), columns[file], remedy)[0])
    parquet = [file for file in files if is_parquet(file)]
    newest = footers(
        connection,
        "select timezone('UTC', max(try_cast(stats_max_value as timestamptz))) "
        "from parquet_metadata($files) where path_in_schema = '_loaded_at'",
        parquet,
        remedy,
    )
    rows = sum(footer_rows(connection, parquet).values())
    return RawTable(
        system=contract.system,
        table=contract.table,
        files=len(files),
        rows=rows if len(parquet) == len(files) else None,
        bytes=sum(file.stat().st_size for file in files),
        newest_loaded_at=newest[0][0] if newest else None,
        extra_columns=tuple(extra),
    )


def footer_rows(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> dict[Path, int]:
    """The number of rows of each Parquet file of the raw zone."""
    remedy = "remove it from the raw zone and land its delivery again"
    counts = footers(
        connection, "select file_name, num_rows from parquet_file_metadata($files)", files, remedy
    )
    return {Path(file): rows for file, rows in counts}


def footers(
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
            raise EmporiumError(unreadable(files[0], error, remedy)) from error
        for file in files:
            footers(connection, query, [file], remedy)
        raise


def connect() -> duckdb.DuckDBPyConnection:
    """A connection whose memory is bounded, on UTC."""
    connection = duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": ""})
    connection.execute("set TimeZone = 'UTC'")
    return connection


def unreadable(file: Path, error: duckdb.Error, remedy: str, above: int = 0) -> str:
    """The sentence for a file that DuckDB cannot read: what it found, and where.

    Args:
        file: how the sentence names the file.
        error: what DuckDB said of it.
        remedy: how the sentence ends: what to do about the file.
        above: the lines of the file that DuckDB was not shown.
    """
    message = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", message)
    if isinstance(error, duckdb.ConversionException):
        return f"Column {LOADED_AT} of {file} holds a value that is no timestamp: {remedy}."
    for pattern, finding in () if is_parquet(file) else _CSV_FAULTS:
        if fault := re.search(pattern, message):
            where = f"Line {int(line[1]) + above} of {file}" if line else str(file)
            return f"{where} {fault.expand(finding)}: {remedy}."
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"{file} takes more than {MEMORY_LIMIT} of memory to copy: split it and try again."
    kind = "Parquet" if is_parquet(file) else "CSV"
    reason = message.splitlines()[0].split("Error: ", 1)[-1].rstrip(". ")
    return f"{file} cannot be read as {kind}, it may be corrupt or cut off ({reason}): {remedy}."
