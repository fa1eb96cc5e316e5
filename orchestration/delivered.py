"""Delivered files as shops write them: in what form and encoding, and where their header stands."""

import codecs
import csv
import gzip
import io
import re
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from orchestration import workbooks
from orchestration.contracts import TableContract, bare, listed
from orchestration.errors import EmporiumError

_DATA_FILE = re.compile(r"(?P<stem>[^.].*?)(?P<ending>\.(parquet|csv|csv\.gz|xlsx))", re.IGNORECASE)
_OTHER_WORKBOOK = re.compile(r"(?P<stem>[^.].*?)\.(xls|xlsb|xlsm|ods|et|numbers)", re.IGNORECASE)
# What a file holds, by its first bytes, whatever it is called.
_SIGNATURES = {
    b"PAR1": "Parquet",
    b"PK\x03\x04": "a workbook or another archive",
    b"\xd0\xcf\x11\xe0": "an old workbook, or one with a password",
    b"\x1f\x8b": "gzip",
}
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_UTF_8 = ("utf-8", "utf-8-sig")
_CHINESE = ("gb18030", "gbk", "gb2312")
# Chinese text keeps to the 7,445 characters of GB2312 but for rare names; bytes of another encoding
# that can be read as GB18030 mostly give characters that nobody writes.
_COMMON_SHARE = 0.9
_DELIMITERS = (",", ";", "\t", "|")
_HEADER_CHARACTERS = 1 << 20
_HEADER_LINES = 20
_CHUNK = 1 << 20
LINE_BYTES = 2_000_000
"""How long a line of a CSV may be."""

_BROKEN = (gzip.BadGzipFile, EOFError, zlib.error, csv.Error)


@dataclass(frozen=True)
class Reading:
    """How a CSV or a workbook is read.

    Attributes:
        form: `csv` or `xlsx`.
        columns: the names in its header.
        header_row: the line of the header, from 1.
        encoding: of a CSV, as Python calls it.
        delimiter: of a CSV.
        sheet: of a workbook.
    """

    form: str
    columns: tuple[str, ...]
    header_row: int
    encoding: str | None = None
    delimiter: str = ","
    sheet: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether DuckDB reads the file as it is: a CSV in UTF-8 that begins with its header."""
        return self.encoding in _UTF_8 and self.header_row == 1

    @property
    def notes(self) -> dict[str, str]:
        """What is kept about it with the rows."""
        notes = {
            "delivered_as": self.form,
            "encoding": self.encoding,
            "delimiter": self.delimiter if self.form == "csv" else None,
            "sheet": self.sheet,
            "header_row": str(self.header_row),
        }
        return {name: note for name, note in notes.items() if note is not None}

    def __str__(self) -> str:
        parts = [f"sheet {self.sheet}"] if self.sheet else []
        parts += [f"in {self.encoding}"] if self.encoding not in (None, *_UTF_8) else []
        parts += [f"with {self.delimiter!r} between values"] if self.delimiter != "," else []
        parts += [f"header in line {self.header_row}"] if self.header_row > 1 else []
        return ", ".join(parts)


def stem(file: Path) -> str | None:
    """The name of a data file without its ending; `None` for a file that is not read."""
    named = _DATA_FILE.fullmatch(file.name)
    return named["stem"] if named else None


def ending(file: Path) -> str:
    """How the name of a data file ends."""
    named = _DATA_FILE.fullmatch(file.name)
    return named["ending"].lower() if named else file.suffix


def workbook_stem(file: Path) -> str | None:
    """The name of a workbook of a kind that is not read, without its ending."""
    named = _OTHER_WORKBOOK.fullmatch(file.name)
    return named["stem"] if named else None


def is_parquet(file: Path) -> bool:
    """Whether a data file is called Parquet."""
    return file.name.lower().endswith(".parquet")


def look(file: Path, contract: TableContract, remedy: str) -> Reading:
    """How a delivered CSV or workbook has to be read.

    Args:
        file: the delivered file.
        contract: the contract of its table, which may declare some of it.
        remedy: how an error's sentence ends: what to do about the file.

    Raises:
        EmporiumError: it cannot be read, or there is doubt how.
    """
    form = ending(file).rpartition(".")[2].replace("gz", "csv")
    with file.open("rb") as content:
        start = content.read(4)
    expected = {".csv.gz": "gzip", ".xlsx": _SIGNATURES[b"PK\x03\x04"]}.get(ending(file))
    for signature, kind in _SIGNATURES.items():
        if start.startswith(signature) and kind != expected:
            raise EmporiumError(
                f"{file} is called {ending(file)} but holds {kind}: save it in the form that its "
                "name says, or name it for what it is."
            )
    return _workbook(file, contract) if form == "xlsx" else _csv(file, contract, remedy)


def header_in_place(file: Path, contract: TableContract, remedy: str) -> tuple[str, ...]:
    """The header of a CSV that runs read where it lies: in UTF-8, in its first line."""
    try:
        with _opened(file, "utf-8-sig") as content:
            lines = _lines(content)
    except UnicodeDecodeError as error:
        raise EmporiumError(f"{file} is not UTF-8 text: {remedy} in UTF-8.") from error
    except _BROKEN as error:
        raise EmporiumError(f"{file} is no CSV that can be read ({error}): {remedy}.") from error
    except OSError as error:
        raise EmporiumError(forbidden(file, error)) from error
    if not lines:
        raise EmporiumError(f"{file} is empty: {remedy}, with a header at least.")
    records = [_record(lines, 1, delimiter) for delimiter in _DELIMITERS]
    return named(max(records, key=lambda names: _known(contract, names)))


def rewrite(file: Path, reading: Reading, target: Path) -> None:
    """Writes a delivered file anew as a CSV that `is_plain`, for DuckDB to read."""
    with target.open("w", encoding="utf-8", newline="") as written:
        if reading.sheet is not None:
            rows = workbooks.rows(file, reading.sheet, reading.header_row, len(reading.columns))
            csv.writer(written).writerows(rows)
            return
        with _opened(file, str(reading.encoding)) as content:
            for _ in range(reading.header_row - 1):
                content.readline()
            shutil.copyfileobj(content, written, _CHUNK)


def count_rows(file: Path, reading: Reading) -> int:
    """The rows of a CSV that `is_plain`, counted by another reader than DuckDB."""
    csv.field_size_limit(LINE_BYTES)
    with _opened(file, "utf-8-sig", "replace") as content:
        records = csv.reader(content, delimiter=reading.delimiter)
        # What holds no value is a row only where one empty value is one.
        return sum(1 for record in records if any(record) or len(reading.columns) == 1) - 1


def named(names: Sequence[str]) -> tuple[str, ...]:
    """The names of a header, where each column has one."""
    return tuple(name or f"unnamed_{number}" for number, name in enumerate(names, start=1))


# --- workbooks


def _workbook(file: Path, contract: TableContract) -> Reading:
    with workbooks.readable(file):
        tops = workbooks.tops(file, _HEADER_LINES)
    wanted = contract.form.sheet
    if wanted is not None and wanted not in tops:
        raise EmporiumError(
            f"{file} has no sheet {wanted} as {contract.declared_in} declares (found: "
            f"{listed(tops)}): name the sheet so, or declare another."
        )
    holding = [sheet for sheet, top in tops.items() if _complete(contract, _numbered(top))]
    if wanted is None and len(holding) > 1:
        raise EmporiumError(
            f"{file} has {len(holding)} sheets with the columns of {contract.table} "
            f"({listed(holding)}): deliver each as a file, or {_declare(contract, 'sheet')}."
        )
    sheet = wanted or next(iter(tops))
    if wanted is None and holding and holding != [sheet]:
        raise EmporiumError(
            f"{file} has the columns of {contract.table} in sheet {holding[0]}, not in its first, "
            f"{sheet}: put it first, or {_declare(contract, 'sheet')}."
        )
    row, names = _header(file, contract, _numbered(tops[sheet]))
    return Reading("xlsx", named(names), row, sheet=sheet)


def _numbered(top: Sequence[Sequence[str]]) -> dict[int, list[Sequence[str]]]:
    """The first rows of a sheet by their line, each with one way to read it."""
    return {number: [row] for number, row in enumerate(top, start=1)}


# --- text


def _csv(file: Path, contract: TableContract, remedy: str) -> Reading:
    delimiters = [contract.form.delimiter] if contract.form.delimiter else list(_DELIMITERS)
    try:
        encoding = _encoding(file, contract, remedy)
        with _opened(file, encoding) as content:
            lines = _lines(content)
    except UnicodeDecodeError as error:
        raise EmporiumError(
            f"{file} is not {error.encoding} text, though it begins as such: {remedy}."
        ) from error
    except _BROKEN as error:
        raise EmporiumError(f"{file} is no CSV that can be read ({error}): {remedy}.") from error
    if not lines:
        raise EmporiumError(f"{file} is empty: {remedy}, with a header at least.")
    records = {
        number: [_record(lines, number, delimiter) for delimiter in delimiters]
        for number in range(1, min(len(lines), _HEADER_LINES) + 1)
    }
    row, names = _header(file, contract, records)
    delimiter = delimiters[records[row].index(names)] if row in records else delimiters[0]
    return Reading("csv", named(names), row, encoding=encoding, delimiter=delimiter)


def _encoding(file: Path, contract: TableContract, remedy: str) -> str:
    """The encoding of a CSV: that of its byte order mark, or the first declared one that fits."""
    with _decompressed(file) as content:
        start = content.read(4)
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            return encoding
    declared = contract.form.encodings
    faults = []
    for encoding in declared:
        line, is_chinese = _decode(file, encoding)
        if line:
            faults.append((line, encoding))
        elif len(declared) == 1 or is_chinese or encoding not in _CHINESE:
            return encoding
    line, first = faults[0] if faults else (1, declared[0])
    others = f", nor beyond doubt {' or '.join(declared[1:])}" if declared[1:] else ""
    raise EmporiumError(
        f"Line {line} of {file} is not {first.upper()} text{others}: {remedy} in UTF-8, or "
        f"{_declare(contract, 'encoding')}."
    )


def _decode(file: Path, encoding: str) -> tuple[int | None, bool]:
    """The first line that is not in an encoding, and whether what was read may be Chinese."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, foreign, common = 0, 0, 0
    with _decompressed(file) as content:
        while True:
            chunk = content.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return lines + error.object[: error.start].count(b"\n") + 1, False
            if encoding in _CHINESE and not text.isascii():
                plain = len(text.encode("ascii", "ignore"))
                foreign += len(text) - plain
                common += (len(text.encode("gb2312", "ignore")) - plain) // 2
            lines += chunk.count(b"\n")
            if not chunk:
                return None, common >= _COMMON_SHARE * foreign


def _lines(content: IO[str]) -> list[str]:
    return io.StringIO(content.read(_HEADER_CHARACTERS), newline="").readlines()


def _record(lines: Sequence[str], number: int, delimiter: str) -> Sequence[str]:
    """The record that begins in a line; in quotes it may end in a later one."""
    try:
        return next(csv.reader(lines[number - 1 :], delimiter=delimiter), [])
    except csv.Error:
        return []


def _decompressed(file: Path) -> IO[bytes]:
    if file.suffix.lower() == ".gz":
        return cast("IO[bytes]", gzip.open(file, "rb"))
    return file.open("rb")


def _opened(file: Path, encoding: str, errors: str = "strict") -> IO[str]:
    return io.TextIOWrapper(_decompressed(file), encoding=encoding, errors=errors, newline="")


# --- headers


def _header(
    file: Path, contract: TableContract, records: Mapping[int, Sequence[Sequence[str]]]
) -> tuple[int, Sequence[str]]:
    """The line of the header and its names: the one line that holds the required columns.

    Where none does, it is the line that comes nearest, for its faults to be told.

    Args:
        file: the delivered file.
        contract: the contract of its table.
        records: the first lines by number, each in the ways in which it can be read.
    """
    declared = contract.form.header_row
    if declared is not None:
        rows = [declared]
    else:
        rows = _complete(contract, records)
        if len(rows) > 1:
            raise EmporiumError(
                f"Lines {' and '.join(map(str, rows))} of {file} could each be the header of "
                f"{contract.table}: export it again with one, or "
                f"{_declare(contract, 'header_row')}."
            )
    nearest = sorted(records, key=lambda row: -max(_known(contract, r) for r in records[row]))
    row = (rows or nearest)[0]
    return row, max(records.get(row, [[]]), key=lambda names: _known(contract, names))


def _complete(contract: TableContract, records: Mapping[int, Sequence[Sequence[str]]]) -> list[int]:
    """The lines that hold the required columns of a contract."""
    return [
        row
        for row, ways in records.items()
        if any(_known(contract, names) and contract.required <= set(names) for names in ways)
    ]


def _known(contract: TableContract, names: Sequence[str]) -> int:
    """How many names a contract declares, whatever their case."""
    declared = {column.name.casefold() for column in contract.columns}
    return len(declared & {bare(name) for name in names})


def _declare(contract: TableContract, what: str) -> str:
    return (
        f"declare its {what} under `meta: delivery` of {contract.table} in {contract.declared_in}"
    )


def forbidden(path: Path, error: OSError) -> str:
    """The sentence for a file or folder that this user may not read."""
    return f"{path} cannot be read ({reason(error)}): give this user the right to read it."


def reason(error: OSError) -> str:
    """What the machine says, as a clause."""
    return (error.strerror or str(error)).lower()


def misnamed(file: Path, contract: TableContract) -> str:
    """The sentence for a workbook of a kind that is not read."""
    return (
        f"{file} is a workbook of a kind that is not read, named for {contract.table}: open it and "
        "save it as .xlsx, or as CSV in UTF-8."
    )
