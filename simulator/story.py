"""Tells a world, chapter by chapter, and writes it down."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from orchestration.errors import EmporiumError
from simulator.contract import Table, read_contract
from simulator.delivery import deliver
from simulator.scratch import scratch
from simulator.world import FIRST_DAY, World

SYSTEM = "storefront"
CHAPTERS = sorted((Path(__file__).parent / "chapters").glob("*.sql"))
MONTHLY = sorted((Path(__file__).parent / "monthly").glob("*.sql"))
"""Told month by month, because they are large: each leaves temp tables named like its tables."""

_FINGERPRINT = "world.json"


def simulate(world: World, raw: Path, truth: Path) -> Iterator[str]:
    """Writes the files of a world into the raw zone, and what is true of it beside it.

    Args:
        raw: the raw zone; files go to `<raw>/storefront/<table>/`.
        truth: the folder of the truth.

    Yields:
        What has been done, for a progress bar; `steps` tells how many there are.

    Raises:
        EmporiumError: the raw zone holds another world.
    """
    if _holds(raw, world):
        yield "this world is there already"
        return
    truth.mkdir(parents=True, exist_ok=True)
    raw.mkdir(parents=True, exist_ok=True)
    contract = read_contract()
    system = raw / SYSTEM
    draft = raw / f".{SYSTEM}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    with scratch(world, truth) as connection:
        connection.execute(
            "create table truth.dirt (table_name varchar, source_file varchar, source_row bigint, "
            "kind varchar, rule varchar)"
        )
        for chapter in CHAPTERS:
            _tell(connection, chapter)
            yield f"chapter {chapter.stem[3:].replace('_', ' ')}"
        for begins, ends in _months(world):
            connection.execute(f"create or replace macro month_begins() as date '{begins}'")
            connection.execute(f"create or replace macro month_ends() as date '{ends}'")
            for chapter in MONTHLY:
                _tell(connection, chapter)
                table = contract[chapter.stem]
                file = draft / table.name / f"{table.name}-{begins:%Y-%m}.parquet"
                deliver(connection, table, table.name, file, _lacking(connection, table, begins))
            yield f"events of {begins:%Y-%m}"
        told = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'shop' order by table_name"
        ).fetchall()
        for (name,) in told:
            file = draft / name / f"{name}.parquet"
            deliver(connection, contract[name], f"shop.{name}", file)
            yield f"table {name}"
        _write_truth(connection, truth)
    (draft / _FINGERPRINT).write_text(json.dumps(world.fingerprint(), indent=1))
    draft.rename(system)
    yield "written"


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


def _months(world: World) -> Iterator[tuple[date, date]]:
    begins = FIRST_DAY
    while begins < world.as_of:
        ends = date(begins.year + begins.month // 12, begins.month % 12 + 1, 1)
        yield begins, min(ends, world.as_of)
        begins = ends


def _lacking(connection: duckdb.DuckDBPyConnection, table: Table, month: date) -> set[str]:
    """The columns that a monthly file does not have yet."""
    later = connection.execute(
        "select column_name from truth.added_columns where table_name = ? and since_month > ?",
        [table.name, month],
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
