"""`python -m tests.proving.histories [NUMBER]`: a shop delivered in any way has the same marts.

Each history cuts the shop of hand size into deliveries at random: rows come late, again, as they
were before they changed, or to be deleted, in files of any names. After each delivery all marts are
built, in increments; at the end they are compared with those of one delivery.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random

import duckdb
from rich.console import Console

from orchestration.contracts import TableContract
from orchestration.landing import land
from orchestration.paths import Paths
from simulator.contract import read_contract
from tests.project.stages import build_marts
from tests.proving.__main__ import SYSTEM, shared, tables_of
from tests.proving.shop import AS_OF, TABLES, live

HISTORIES = 10
LANDED_FROM = datetime.combine(AS_OF, time(8))
# What a row said before it changed; of other tables, what comes again is the same.
BEFORE = {
    "orders": "'Elsewhere' as receiver_city",
    "order_lines": "quantity + 1 as quantity",
    "payments": "amount + 1 as amount",
    "users": "'CN-GD' as region_id",
    "skus": "'another name' as sku_name",
    "refunds": "amount + 0.5 as amount",
    "refund_lines": "amount + 0.5 as amount",
}
# How often rows came is theirs to tell.
OF_DELIVERIES = {"channels.fct_tracking_quality_daily"}
OF_DELIVERIES_QUESTION = "K150"


def main(arguments: Sequence[str]) -> int:
    """Prints what differs, history by history; fails if anything does."""
    count = int(arguments[0]) if arguments else HISTORIES
    console, differing = Console(width=160), 0
    with shared(), tempfile.TemporaryDirectory(prefix="emporium-histories-") as name:
        folder = Path(name)
        contracts = tables_of(Paths(folder / "parsed"))
        expected = _marts(None, folder / "at_once", contracts)
        for seed in range(count):
            found = _marts(Random(seed), folder / str(seed), contracts)  # noqa: S311
            faults = sorted(
                table for table in expected | found if expected.get(table) != found.get(table)
            )
            differing += bool(faults)
            console.print(f"history {seed}: {', '.join(faults) or f'{len(found)} tables alike'}")
    console.print(f"{count - differing} of {count} histories come to the marts of one delivery.")
    return 1 if differing else 0


def _marts(
    random: Random | None, folder: Path, contracts: Sequence[TableContract]
) -> dict[str, tuple[int, int]]:
    """The tables of all marts after a history, or one delivery: how many rows, and their hash."""
    paths = Paths(folder / "data")
    with duckdb.connect() as connection:
        live(connection)
        deliveries = list(_deliver(connection, random, folder))
    for number, delivery in enumerate(deliveries):
        land(delivery, contracts, paths.raw, LANDED_FROM + timedelta(days=number))
        build_marts(paths, SYSTEM)
    try:
        return _content(paths)
    finally:
        shutil.rmtree(folder)


def _deliver(
    connection: duckdb.DuckDBPyConnection, random: Random | None, folder: Path
) -> Iterator[Path]:
    """Writes deliveries below a folder; without `random` one, of each row as it is."""
    count = random.randint(2, 3) if random else 1
    contract = read_contract()
    for number in range(count):
        (folder / f"delivery_{number}").mkdir(parents=True)
    for table in TABLES.keys() - {"placed"}:
        key, seed = contract[table].key, random.randrange(10**9) if random else 0
        rows = f"""
            select *, false as _is_deleted, hash({", ".join(key)}, {seed}) as drawn
            from (select * exclude (told_date) from {table})
        """
        queries = [f"select *, drawn % {count} as place from ({rows})"]
        if random:
            before = f"replace ({BEFORE[table]})" if table in BEFORE else ""
            late = f"drawn % {count} > 0"
            queries += [
                f"select * {before}, 0 as place from ({rows}) where {late} and drawn % 7 = 0",
                f"""select *, {count - 1} as place from ({rows})
                where drawn % {count} < {count - 1} and drawn % 5 = 0""",
                *_deleted(key, rows, count),
            ]
        connection.execute(f"create or replace table told as {' union all by name '.join(queries)}")
        for number in range(count):
            parts = 2 if random and random.random() < 0.3 else 1
            for part in range(parts):
                told = connection.sql(f"""
                    select * exclude (drawn, place) from told
                    where place = {number} and drawn // 100 % {parts} = {part}
                    order by hash(drawn, {seed})
                """)
                name = random.choice((table, f"{table} 2026", table.upper())) if random else table
                if told.shape[0]:
                    told.write_csv(str(folder / f"delivery_{number}" / f"{name}_{part}.csv"))
    yield from sorted(folder.glob("delivery_*"))


def _deleted(key: Sequence[str], rows: str, count: int) -> Iterator[str]:
    """A row that the shop has no more: it came, and came again as deleted."""
    if not key[0].endswith("_id"):
        return
    gone = f"(select * replace ('GONE' as {key[0]}) from ({rows}) order by drawn limit 1)"
    yield f"select *, 0 as place from {gone}"
    yield f"select * replace (true as _is_deleted), {count - 1} as place from {gone}"


def _content(paths: Paths) -> dict[str, tuple[int, int]]:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        tables = connection.execute("""
            select schema_name || '.' || table_name from duckdb_tables()
            where schema_name in ('core', 'sales', 'channels', 'members', 'products', 'review')
        """).fetchall()
        found = {}
        for (table,) in tables:
            if table in OF_DELIVERIES:
                continue
            rows = f"select * from {table}"
            if table == "review.fct_answers":
                rows += f" where question_id != '{OF_DELIVERIES_QUESTION}'"
            [(count, hashed)] = connection.execute(f"""
                select count(*), coalesce(sum(cast(hash(told) as hugeint)), 0) from ({rows}) as told
            """).fetchall()
            found[table] = (count, hashed)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
