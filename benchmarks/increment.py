"""The last day of loading, taken apart from what had landed before: what an increment builds."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path

import duckdb

from orchestration.errors import EmporiumError


@dataclass(frozen=True)
class Split:
    """A raw zone in two parts.

    Attributes:
        since: the increment holds the rows that were loaded at this time (UTC) or later.
        rows_before: rows of the first part.
        rows_since: rows of the increment.
    """

    since: datetime
    rows_before: int
    rows_since: int


def split_last_day(raw: Path, before: Path, increment: Path) -> Split:
    """Splits a raw zone at the last day on which as much was loaded as on an ordinary day.

    Raises:
        EmporiumError: nothing has landed in `raw`, or not on two days.
    """
    since = last_day(raw)
    rows_before, rows_since = split(raw, [since], [before, increment])
    return Split(since, rows_before, rows_since)


def last_day(raw: Path) -> datetime:
    """When the last day begins on which at least half of an ordinary day's rows were loaded.

    What trickles in after it, a few late rows a day, is no day's work by itself.

    Raises:
        EmporiumError: nothing has landed in `raw`, or not on two days.
    """
    days: list[tuple[datetime, int]] = []
    if _files(raw):
        with duckdb.connect() as connection:
            days = connection.execute(
                "select cast(cast(_loaded_at as date) as timestamp), count(*) "
                "from read_parquet(?, union_by_name = true) group by all order by all",
                [[str(file) for file in _files(raw)]],
            ).fetchall()
    if len(days) < 2:
        raise EmporiumError(f"{raw} has no last day: files loaded on two days or more are needed.")
    # The day on which the median row was loaded, for there are many days with next to nothing.
    sizes = sorted(rows for _, rows in days)
    ordinary = next(
        size
        for size, total in zip(sizes, accumulate(sizes), strict=True)
        if total * 2 >= sum(sizes)
    )
    return max(day for day, rows in days if rows * 2 >= ordinary)


def split(raw: Path, cuts: Sequence[datetime], parts: Sequence[Path]) -> tuple[int, ...]:
    """Splits a raw zone by `_loaded_at`, each cut being the first moment of the next part.

    A file that lies in one part is linked, any other is written anew for each part with the places
    of its rows in the original, so that the parts together hold the rows of the whole.

    Returns:
        The rows of each part.
    """
    bounds = [datetime.min, *cuts, datetime.max - timedelta(days=1)]
    rows = [0] * len(parts)
    with duckdb.connect() as connection:
        for file in _files(raw):
            for number, part in enumerate(parts):
                target = part / file.relative_to(raw)
                inside = _split_file(connection, file, target, bounds[number], bounds[number + 1])
                rows[number] += inside
    return tuple(rows)


def _split_file(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    target: Path,
    start: datetime,
    end: datetime,
) -> int:
    """Writes the rows of a file that were loaded in [start, end); returns how many they are."""
    row = connection.execute(
        "select count(*), count(*) filter (where _loaded_at >= ? and _loaded_at < ?) "
        "from read_parquet(?)",
        [start, end, str(file)],
    ).fetchone()
    total, inside = (int(count) for count in row or (0, 0))
    if inside == 0:
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    if inside == total:
        _link(file, target)
        return inside
    described = connection.execute("describe select * from read_parquet(?)", [str(file)]).fetchall()
    columns = {str(column[0]) for column in described}
    places = {"_source_file": "parse_filename(filename)", "_source_row": "file_row_number + 1"}
    added = [f"{place} as {name}" for name, place in places.items() if name not in columns]
    # A place that the file gives itself is kept.
    selected = ", ".join(["* exclude (filename, file_row_number)", *added])
    target = target.with_stem(f"{target.stem}-{start:%Y%m%d}")
    connection.execute(
        f"""
        copy (
            select {selected}
            from read_parquet('{_quoted(file)}', filename = true, file_row_number = true)
            where _loaded_at >= timestamp '{start}' and _loaded_at < timestamp '{end}'
        ) to '{_quoted(target)}' (format parquet, compression zstd)
        """
    )
    return inside


def _link(file: Path, target: Path) -> None:
    """Links a file, or copies it where the two places cannot share one."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copy2(file, target)


def _files(raw: Path) -> list[Path]:
    return sorted(raw.glob("*/*/*.parquet"))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
