"""A shop delivered under any names, in any forms, order and cut comes to the same staged rows.

Deliveries are drawn at random from a seed each, landed by the real code and staged by dbt in this
process. `make prove` tries many more of them.
"""

import csv
import gzip
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from orchestration.contracts import DeliveryForm, TableContract, contracts
from orchestration.landing import land
from orchestration.paths import Paths
from tests.orchestration.small_project import SOURCE, place, variables
from tests.orchestration.test_delivered import workbook
from tests.project.parsing import DECISIVE, parsed
from tests.project.running import invoke

DELIVERIES = int(os.environ.get("EMPORIUM_PROVE") or 6)
START = datetime(2026, 3, 5)
PLACED_AT = datetime(2026, 3, 1, 10)
Row = dict[str, Any]
Form = Callable[[Random, Sequence[str], Sequence[Row]], bytes]

NAMES = ("李雷", "韩梅梅", 'O"Brien, Bob', "Ann;\ttwo\nlines", "乌鲁木齐", None)
ORDERS = [
    {
        "order_id": f"{number:03}",
        "customer_id": NAMES[number % 6] and f"c{number % 6}",
        "customer_name": NAMES[number % 6],
        "region_id": "FR" if number % 2 else "GB",
        "placed_at": PLACED_AT + timedelta(hours=number, seconds=number),
    }
    for number in range(1, 9)
]
LINES = [
    {
        "order_id": order["order_id"],
        "line_number": line,
        "sku": f"茶壶 {line}",
        "quantity": line,
        "unit_price": Decimal("12.75") * line,
    }
    for order in ORDERS
    for line in (1, 2)
]
KEYS = {"orders": ("order_id",), "order_lines": ("order_id", "line_number")}
SHOP: Mapping[str, Sequence[Row]] = {"orders": ORDERS, "order_lines": LINES}
STAGED = {"orders": "stg_corner_shop__orders", "order_lines": "base_corner_shop__order_lines"}


@dataclass(frozen=True)
class Version:
    """A row as the shop had it at a time; of a key the last is what the shop has, if any."""

    table: str
    row: Row
    number: int
    is_deleted: bool = False

    @property
    def stamped(self) -> Row:
        """The row with the time at which the shop's own system loaded it, as some deliver it."""
        return {**self.row, "_loaded_at": START + timedelta(days=self.number), **self.marked}

    @property
    def marked(self) -> Row:
        return {"_is_deleted": self.is_deleted}


def histories(random: Random) -> Iterator[list[Version]]:
    """What became of each row before it was as the shop has it; and of rows that it had."""
    for table, rows in SHOP.items():
        for row in rows:
            changes = random.choice((0, 0, 1, 2))
            last = Version(table, row, changes)
            yield [*(Version(table, changed(random, row), n) for n in range(changes)), last]
        gone = {**rows[0], "order_id": "gone"}
        yield [Version(table, gone, 0), Version(table, gone, 1, is_deleted=True)]


def changed(random: Random, row: Row) -> Row:
    column = random.choice([name for name in row if name in ("region_id", "sku", "quantity")])
    return {**row, column: 9 if column == "quantity" else "other"}


def deliver(random: Random, folder: Path, listing: list[str]) -> list[tuple[Path, datetime]]:
    """Deliveries of the shop below a folder, with the times at which they land, in their order.

    Either rows come in the order of their versions, again and again, or each with its own time
    of loading, and then in any order at all.
    """
    is_stamped, count = random.random() < 0.5, random.randint(1, 4)
    landings: list[dict[str, list[Row]]] = [{table: [] for table in SHOP} for _ in range(count)]
    for history in histories(random):
        place = 0
        for version in history:
            if is_stamped:
                for landing in random.sample(landings, random.randint(1, count)):
                    landing[version.table].append(version.stamped)
            else:
                # What changes between two landings comes as it was at the second.
                place = max(place, random.randrange(count))
                landed = landings[place][version.table]
                landed[:] = [row for row in landed if not alike(version, row)]
                landed.append({**version.row, **version.marked})
        if not is_stamped:
            for landing in landings[place + 1 :]:
                if random.random() < 0.5:
                    landing[history[-1].table].append({**history[-1].row, **history[-1].marked})
    deliveries = []
    for number, landing in enumerate(landings):
        delivery = folder / f"delivery_{number}"
        delivery.mkdir(parents=True)
        for table, rows in landing.items():
            for name, content in files(random, table, rows):
                (delivery / name).write_bytes(content)
                listing.append(f"{delivery.name}/{name}")
        if any(delivery.iterdir()):
            deliveries.append((delivery, START + timedelta(days=10 + number)))
    return deliveries


def alike(version: Version, row: Row) -> bool:
    return all(version.row[name] == row[name] for name in KEYS[version.table])


def files(random: Random, table: str, rows: Sequence[Row]) -> Iterator[tuple[str, bytes]]:
    """The rows of a table in any order, cut into files of any names and forms."""
    shuffled = random.sample(rows, len(rows))
    cuts = sorted(random.randint(0, len(rows)) for _ in range(random.randint(0, 2)))
    for number, (first, last) in enumerate(zip([0, *cuts], [*cuts, len(rows)], strict=True)):
        # Files of one name come in several deliveries.
        name = random.choice((table, f"{table} 2026", f"{table.upper()}-{random.randint(0, 3)}"))
        form = random.choice(list(FORMS))
        if shuffled[first:last]:
            columns = random.sample(list(shuffled[0]), len(shuffled[0]))
            content = FORMS[form](random, columns, shuffled[first:last])
            yield f"{name}_{number}.{form.split()[-1]}", content


def written(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def as_csv(random: Random, columns: Sequence[str], rows: Sequence[Row]) -> str:
    text = io.StringIO(newline="")
    if random.random() < 0.3:
        text.write("统计日期: 2026-03-05\n\n")
    writer = csv.writer(text, delimiter=random.choice(",;\t"), lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([written(row[name]) for name in columns] for row in rows)
    return text.getvalue()


def as_workbook(random: Random, columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    table: list[list[object]] = [["店铺: 一号店"]] if random.random() < 0.3 else []
    table.append(list(columns))
    table += [[as_cell(row[name]) for name in columns] for row in rows]
    return workbook(Sheet1=table)


def as_cell(value: Any) -> object:
    if isinstance(value, datetime):
        days = (value - datetime(1899, 12, 30)) / timedelta(days=1)
        return (repr(days), 1)
    return value


def as_parquet(random: Random, columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = io.BytesIO()
    table = pa.table({name: [row[name] for row in rows] for name in columns})
    pq.write_table(table, content)
    return content.getvalue()


def csv_in(encoding: str) -> Form:
    return lambda random, columns, rows: as_csv(random, columns, rows).encode(encoding)


def as_csv_gz(random: Random, columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    return gzip.compress(as_csv(random, columns, rows).encode())


FORMS: Mapping[str, Form] = {
    "csv": csv_in("utf-8"),
    "marked csv": csv_in("utf-8-sig"),
    "chinese csv": csv_in("gb18030"),
    "wide csv": csv_in("utf-16"),
    "csv.gz": as_csv_gz,
    "xlsx": as_workbook,
    "parquet": as_parquet,
}


def staged(paths: Paths) -> dict[str, list[tuple[Any, ...]]]:
    """The valid rows of each table, in one order."""
    found = {}
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        for table, model in STAGED.items():
            columns = ", ".join(SHOP[table][0])
            rows = connection.execute(
                f"select {columns} from staging.{model} where row_state = 'valid'"
            ).fetchall()
            found[table] = sorted(rows, key=str)
    return found


def count_staged(paths: Paths) -> int:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return sum(
            connection.execute(f"select count(*) from staging.{model}").fetchall()[0][0]
            for model in STAGED.values()
        )


@pytest.fixture(scope="module")
def shop_contracts(corner_shop: Path) -> tuple[TableContract, ...]:
    manifest = parsed({DECISIVE: [SOURCE]}, "duckdb", corner_shop)
    form = DeliveryForm(("utf-8", "gb18030"))
    return tuple(replace(each, form=form) for each in contracts(manifest, SOURCE))


@pytest.mark.parametrize("seed", range(DELIVERIES))
def test_any_deliveries_of_a_shop_come_to_its_rows(
    seed: int, tmp_path: Path, corner_shop: Path, shop_contracts: tuple[TableContract, ...]
) -> None:
    random, listing = Random(seed), [f"seed {seed}"]  # noqa: S311
    deliveries = deliver(random, tmp_path, listing)
    paths = Paths(tmp_path / "data")
    place(paths, corner_shop, corner_shop)
    # Every third shop is staged after each delivery, in increments.
    builds = {len(deliveries) - 1} | (set(range(len(deliveries))) if seed % 3 == 0 else set())
    landed = {}
    for number, (delivery, at) in enumerate(deliveries):
        for file in land(delivery, shop_contracts, paths.raw, at):
            landed[file.target] = file.rows
        if number in builds:
            done = invoke(
                corner_shop, paths, paths.target, "run", "--select", "staging",
                "--vars", json.dumps(variables()),
            )  # fmt: skip
            assert done.success, done.exception

    expected = {
        table: sorted((tuple(row.values()) for row in rows), key=str)
        for table, rows in SHOP.items()
    }
    assert staged(paths) == expected, listing
    assert count_staged(paths) == sum(landed.values()), listing
