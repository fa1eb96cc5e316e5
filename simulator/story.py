"""Tells a world, chapter by chapter, and writes it down."""

import json
import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import duckdb

from orchestration.errors import EmporiumError
from simulator.contract import Table, read_contract
from simulator.delivery import deliver
from simulator.scratch import MEMORY, scratch, within_means
from simulator.world import FIRST_DAY, World

SYSTEM = "storefront"
CHAPTERS = sorted((Path(__file__).parent / "chapters").glob("*.sql"))
PARTS = sorted((Path(__file__).parent / "parts").glob("*.sql"))
"""Told for one part of the history after the other, because they are large. Temp tables last until
the part ends; what is named like a table of the contract leaves one of that name to deliver."""

_FINGERPRINT = "world.json"


class Part(NamedTuple):
    """Days that are told together, from `begins` to the day before `ends`."""

    name: str
    begins: date
    ends: date


def simulate(world: World, raw: Path, truth: Path, memory: str = MEMORY) -> Iterator[str]:
    """Writes the files of a world into the raw zone, and what is true of it beside it.

    Args:
        raw: the raw zone; files go to `<raw>/storefront/<table>/`.
        truth: the folder of the truth.
        memory: how much DuckDB may hold, such as 2GB. It changes no byte of the files.

    Yields:
        What has been done, for a progress bar.

    Raises:
        EmporiumError: the raw zone holds another world, or memory or disk does not suffice. Then
            nothing is left behind.
    """
    if _holds(raw, world):
        yield "this world is there already"
        return
    contract = read_contract()
    with (
        within_means(world, raw, memory),
        _draft(raw, SYSTEM) as draft,
        _draft(truth, "truth") as truth_draft,
        scratch(world, truth, memory) as told,
    ):
        told.execute(
            "create table truth.dirt (table_name varchar, source_file varchar, source_row bigint, "
            "kind varchar, rule varchar)"
        )
        told.execute("create table plan.parts (part_name varchar, begins date, ends date)")
        parts = list(_parts(world))
        told.executemany(
            "insert into plan.parts values (?, ?, ?)",
            [(part.name, part.begins, part.ends) for part in parts],
        )
        for chapter in CHAPTERS:
            _tell(told, chapter)
            yield f"chapter {chapter.stem[3:].replace('_', ' ')}"
        for part in parts:
            told.execute(f"create or replace macro part_begins() as date '{part.begins}'")
            told.execute(f"create or replace macro part_ends() as date '{part.ends}'")
            for chapter in PARTS:
                _tell(told, chapter)
                if table := contract.get(chapter.stem[3:]):
                    file = draft / table.name / f"{table.name}-{part.name}.parquet"
                    deliver(told, table, table.name, file, _lacking(told, table, part))
            _forget_part(told)
            yield f"what happened in {part.name}"
        shown = told.execute(
            "select table_name from duckdb_tables() where schema_name = 'shop' order by table_name"
        ).fetchall()
        for (name,) in shown:
            file = draft / name / f"{name}.parquet"
            deliver(told, contract[name], f"shop.{name}", file)
            yield f"table {name}"
        _write_truth(told, truth_draft)
        (draft / _FINGERPRINT).write_text(json.dumps(world.fingerprint(), indent=1))
        for written in truth_draft.iterdir():
            written.replace(truth / written.name)
        draft.rename(raw / SYSTEM)
    yield "written"


@contextmanager
def _draft(folder: Path, name: str) -> Iterator[Path]:
    """A folder within `folder` for unfinished files; it goes, with what was made for nothing."""
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    draft = folder / f".{name}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        for place in made:
            with suppress(OSError):
                place.rmdir()


def _holds(raw: Path, world: World) -> bool:
    """Whether the raw zone holds this world; another one is an error."""
    folder = raw / SYSTEM
    if not folder.exists() or not any(folder.iterdir()):
        return False
    written = folder / _FINGERPRINT
    if written.exists() and json.loads(written.read_text()) == world.fingerprint():
        return True
    raise EmporiumError(
        f"{folder} already holds another world or other data: give an empty folder with --out, or "
        "move that one away."
    )


def _tell(connection: duckdb.DuckDBPyConnection, chapter: Path) -> None:
    for statement in connection.extract_statements(chapter.read_text()):
        connection.execute(statement)


def _forget_part(connection: duckdb.DuckDBPyConnection) -> None:
    for (name,) in connection.execute(
        "select table_name from duckdb_tables() where temporary"
    ).fetchall():
        connection.execute(f"drop table {name}")


def _parts(world: World) -> Iterator[Part]:
    """Months, or parts of them that are no larger than a month of a shop of scale 1."""
    month = FIRST_DAY
    while month < world.as_of:
        next_month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        days = (min(next_month, world.as_of) - month).days
        count = min(days, math.ceil(world.scale))
        begin = [month + timedelta(days=days * number // count) for number in range(count + 1)]
        for begins, ends in pairwise(begin):
            yield Part(f"{begins:%Y-%m}" if count == 1 else f"{begins}", begins, ends)
        month = next_month


def _lacking(connection: duckdb.DuckDBPyConnection, table: Table, part: Part) -> set[str]:
    """The columns that a file does not have yet."""
    later = connection.execute(
        "select column_name from truth.added_columns where table_name = ? and since_month > ?",
        [table.name, part.begins],
    ).fetchall()
    return {name for (name,) in later}


def _write_truth(connection: duckdb.DuckDBPyConnection, truth: Path) -> None:
    tables = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'truth' order by table_name"
    ).fetchall()
    for (name,) in tables:
        connection.execute(
            f"copy (select * from truth.{name} order by all) to '{truth / name}.parquet' "
            "(format parquet, compression zstd)"
        )
