"""Workbooks (.xlsx) as rows of text, as a CSV of the same cells would bring them."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from orchestration.errors import EmporiumError

# What reading a damaged workbook raises, depending on where the damage is.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ParseError, KeyError, ValueError, TypeError)


@contextmanager
def readable(file: Path) -> Iterator[None]:
    """Says in a sentence that a workbook is damaged.

    Raises:
        EmporiumError: it is.
    """
    try:
        yield
    except _DAMAGE as error:
        raise EmporiumError(
            f"{file} cannot be read as .xlsx, it may be corrupt or cut off ({error}): save it "
            "again, or as CSV in UTF-8."
        ) from error


def tops(file: Path, count: int) -> dict[str, list[list[str]]]:
    """The first rows of each sheet, by its name, in their order."""
    with _opened(file) as workbook:
        return {
            sheet.title: [_texts(row) for row in islice(_cells(sheet), count)]
            for sheet in workbook.worksheets
        }


def rows(file: Path, sheet: str, first: int, width: int) -> Iterator[list[str]]:
    """The rows of a sheet from its `first` on, the header's, each as wide as the header.

    Rows without a value are left out.

    Raises:
        EmporiumError: a row has a value where the header has no name, or the file is damaged.
    """
    with readable(file), _opened(file) as workbook:
        for number, cells in enumerate(islice(_cells(workbook[sheet]), first - 1, None), first):
            texts = _texts(cells)
            if len(texts) > width:
                raise EmporiumError(
                    f"Line {number} of sheet {sheet} of {file} has a value in column {len(texts)} "
                    f"where the header has {width} names: export it again."
                )
            if texts:
                yield texts + [""] * (width - len(texts))


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # Of what is no value: styles, validations, drawings.
        warnings.simplefilter("ignore")
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            yield workbook
        finally:
            workbook.close()


def _cells(sheet: Any) -> Iterator[Sequence[object]]:
    # Some programs write a wrong size of the sheet, and only so much would be read.
    sheet.reset_dimensions()
    cells: Iterator[Sequence[object]] = sheet.iter_rows(values_only=True)
    return cells


def _texts(cells: Sequence[object]) -> list[str]:
    """The cells of a row as text, up to the last that has a value."""
    texts = [_text(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # As many digits as spreadsheets know, and no exponent.
        return format(Decimal(format(value, ".15g")), "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
