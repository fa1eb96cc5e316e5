"""Deliveries into the raw zone: what lands, what is refused, and that nothing lands by halves."""

import gzip
import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from orchestration import landing, raw_zone
from orchestration.contracts import ColumnContract, TableContract, contracts
from orchestration.errors import EmporiumError
from orchestration.landing import check_writable, land, unmatched_files
from orchestration.paths import Paths
from orchestration.raw_zone import inspect, landed_files

NOW = datetime(2026, 3, 1, 8, 30, 15)
ORDERS = TableContract(
    system="shop",
    table="orders",
    delivery_patterns=("orders*",),
    columns=(
        ColumnContract("OrderNo", "VARCHAR"),
        ColumnContract("Quantity", "INTEGER"),
        ColumnContract("PlacedAt", "TIMESTAMP"),
        ColumnContract("Note", "VARCHAR", required=False),
    ),
)
ORDER_LINES = TableContract(
    system="shop",
    table="order_lines",
    delivery_patterns=("order*lines*",),
    columns=(ColumnContract("OrderNo", "VARCHAR"), ColumnContract("LineNo", "INTEGER")),
)
SHOP = (ORDERS, ORDER_LINES)

GOOD_ORDERS = (
    'select \'A\' || range as "OrderNo", range::int as "Quantity", now()::timestamp as "PlacedAt"'
)
HEADER = "OrderNo,Quantity,PlacedAt"


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    folder.mkdir()
    return folder


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "data" / "raw"


def write_parquet(file: Path, query: str = f"{GOOD_ORDERS} from range(3)") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect().execute(f"copy ({query}) to '{file}' (format parquet)")
    return file


def write_text(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    return file


def read(query: str) -> list[tuple[Any, ...]]:
    return duckdb.connect().execute(query).fetchall()


def files_below(folder: Path) -> list[str]:
    """Every file below a folder, except the landing's lock."""
    found = [str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()]
    return sorted(name for name in found if name != ".landing.lock")


def refusal(call: Callable[[], object]) -> str:
    """The sentence with which a call is refused: one line, and one sentence."""
    with pytest.raises(EmporiumError) as raised:
        call()
    sentence = str(raised.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


# --- contracts


def manifest_source(table: str, columns: dict[str, Any], **node: Any) -> dict[str, Any]:
    return {"source_name": "shop", "name": table, "columns": columns, **node}


MANIFEST = {
    "sources": {
        "source.emporium.shop.orders": manifest_source(
            "orders",
            {
                "OrderNo": {"name": "OrderNo", "data_type": "text"},
                "Paid": {
                    "name": "Paid",
                    "data_type": "decimal(18,2)",
                    "config": {"meta": {"required": False}},
                },
                "_loaded_at": {"name": "_loaded_at", "data_type": "timestamp"},
            },
            config={"meta": {"delivery": ["export_orders*", "orders_20*"]}},
        ),
        "source.emporium.shop.items": manifest_source(
            "items", {"Sku": {"name": "Sku", "data_type": "varchar", "meta": {"required": False}}}
        ),
        "source.emporium.olist.reviews": {"source_name": "olist", "name": "reviews", "columns": {}},
    }
}


def test_contracts_come_from_the_manifest() -> None:
    assert contracts(MANIFEST, "shop") == (
        TableContract("shop", "items", ("items*",), (ColumnContract("Sku", "VARCHAR", False),)),
        TableContract(
            "shop",
            "orders",
            ("export_orders*", "orders_20*"),
            (ColumnContract("OrderNo", "VARCHAR"), ColumnContract("Paid", "DECIMAL(18,2)", False)),
        ),
    )


def test_an_unknown_system_is_refused_with_the_known_ones() -> None:
    assert "'shopp': the project declares olist, shop." in refusal(
        lambda: contracts(MANIFEST, "shopp")
    )


@pytest.mark.parametrize("data_type", ["moneys", "", None])
def test_a_data_type_that_duckdb_does_not_know_is_refused(data_type: str | None) -> None:
    node = manifest_source(
        "orders",
        {"Paid": {"name": "Paid", "data_type": data_type}},
        original_file_path="models/staging/shop/_shop__sources.yml",
    )
    sentence = refusal(lambda: contracts({"sources": {"orders": node}}, "shop"))
    assert (
        f"Column Paid of source shop.orders declares the data_type '{data_type or ''}'" in sentence
    )
    assert "models/staging/shop/_shop__sources.yml" in sentence


# --- landing


def test_parquet_lands_with_its_types_and_its_load_columns(delivery: Path, raw: Path) -> None:
    source = write_parquet(delivery / "orders_march.parquet")
    (landed,) = land(delivery, SHOP, raw, NOW)

    assert landed.source == source
    assert re.fullmatch(r"orders_march-[0-9a-f]{12}\.parquet", landed.target.name)
    assert landed.target.parent == raw / "shop" / "orders"
    assert (landed.rows, landed.already_landed) == (3, False)
    assert landed.bytes == landed.target.stat().st_size
    assert (landed.extra_columns, landed.retyped_columns) == ((), ())
    assert files_below(raw) == [f"shop/orders/{landed.target.name}"]
    assert [row[:2] for row in read(f"describe from '{landed.target}'")] == [
        ("OrderNo", "VARCHAR"),
        ("Quantity", "INTEGER"),
        ("PlacedAt", "TIMESTAMP"),
        ("_loaded_at", "TIMESTAMP"),
        ("_source_file", "VARCHAR"),
        ("_source_row", "BIGINT"),
    ]
    assert read(
        'select "OrderNo", _loaded_at, _source_file, _source_row '
        f"from '{landed.target}' order by _source_row"
    ) == [(f"A{n}", NOW, "orders_march.parquet", n + 1) for n in range(3)]
    assert read(f"select distinct compression from parquet_metadata('{landed.target}')") == [
        ("ZSTD",)
    ]


def test_landing_again_lands_nothing(delivery: Path, raw: Path) -> None:
    write_parquet(delivery / "orders.parquet")
    write_text(delivery / "order_lines.csv", "OrderNo,LineNo\nA,1\n")
    first = land(delivery, SHOP, raw, NOW)
    before = {name: (raw / name).stat().st_mtime_ns for name in files_below(raw)}
    second = land(delivery, SHOP, raw, NOW + timedelta(days=1))

    assert [file.already_landed for file in first] == [False, False]
    assert [file.already_landed for file in second] == [True, True]
    assert [(f.target, f.rows, f.bytes) for f in first] == [
        (f.target, f.rows, f.bytes) for f in second
    ]
    assert {name: (raw / name).stat().st_mtime_ns for name in files_below(raw)} == before


def test_a_changed_file_of_the_same_name_lands_beside_the_first(delivery: Path, raw: Path) -> None:
    write_parquet(delivery / "orders.parquet")
    land(delivery, SHOP, raw, NOW)
    write_parquet(delivery / "orders.parquet", f"{GOOD_ORDERS} from range(5)")
    (second,) = land(delivery, SHOP, raw, NOW)

    assert (second.rows, second.already_landed) == (5, False)
    assert len(files_below(raw)) == 2


def test_an_aware_time_is_stored_in_utc(delivery: Path, raw: Path) -> None:
    write_parquet(delivery / "orders.parquet")
    shanghai = NOW.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=8)))
    (landed,) = land(delivery, SHOP, raw, shanghai)
    assert read(f"select distinct _loaded_at from '{landed.target}'") == [(NOW,)]


@pytest.mark.parametrize(
    "text",
    [
        'OrderNo,Quantity,PlacedAt\n007,,"two\nlines, ""quoted"""\nB,x y,z\n',
        'OrderNo,Quantity,PlacedAt\r\n007,,"two\nlines, ""quoted"""\r\nB,x y,z',
        '\ufeffOrderNo;Quantity;PlacedAt\n007;"";"two\nlines, ""quoted"""\nB;x y;z\n',
        'OrderNo\tQuantity\tPlacedAt\n007\t\t"two\nlines, ""quoted"""\nB\tx y\tz\n',
    ],
    ids=["unix", "windows", "semicolons and byte order mark", "tabs"],
)
@pytest.mark.parametrize("name", ["orders.csv", "Orders.CSV", "orders.csv.gz"])
def test_csv_lands_as_text_to_the_letter(delivery: Path, raw: Path, name: str, text: str) -> None:
    content = text.encode()
    (delivery / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    (landed,) = land(delivery, SHOP, raw, NOW)

    assert landed.target.name.startswith(f"{name.split('.')[0]}-")
    assert landed.retyped_columns == ()
    assert read(f"select * from '{landed.target}' order by _source_row") == [
        ("007", None, 'two\nlines, "quoted"', NOW, name, 1),
        ("B", "x y", "z", NOW, name, 2),
    ]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_rows_keep_the_order_of_the_file(delivery: Path, raw: Path, form: str) -> None:
    rows = 300_000  # more than two row groups, and more than one CSV buffer
    shuffled = f'select hash(range) as "OrderNo", range::int as "LineNo" from range({rows})'
    if form == "parquet":
        write_parquet(delivery / "order_lines.parquet", shuffled)
    else:
        # Line breaks in quotes, before what looks like a row of its own.
        lines = (f'"{n}\n1,2\n",{n}\n' for n in range(rows))
        write_text(delivery / "order_lines.csv", "OrderNo,LineNo\n" + "".join(lines))
    (landed,) = land(delivery, SHOP, raw, NOW)

    assert landed.rows == rows
    assert read(
        "select count(*), count(distinct _source_row), max(_source_row) "
        f"from '{landed.target}' where \"LineNo\"::int + 1 = _source_row"
    ) == [(rows, rows, rows)]


def test_a_file_larger_than_memory_lands(
    delivery: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_zone, "MEMORY_LIMIT", "225MB")
    file = delivery / "order_lines.csv"
    duckdb.connect().execute(
        f'copy (select repeat(chr(120), 240) || range as "OrderNo", 1 as "LineNo" '
        f"from range(1_000_000)) to '{file}'"
    )
    assert file.stat().st_size > 240e6
    (landed,) = land(delivery, SHOP, raw, NOW)
    assert landed.rows == 1_000_000


def test_blank_lines_are_rows_only_of_one_column(delivery: Path, raw: Path) -> None:
    single = TableContract("shop", "skus", ("skus*",), (ColumnContract("Sku", "VARCHAR"),))
    write_text(delivery / "skus.csv", "Sku\nA\n\nB\n\n")
    write_text(delivery / "order_lines.csv", 'OrderNo,LineNo\nA,1\n\n\n,\nB,2\n"",\n\n')
    landed = land(delivery, [single, ORDER_LINES], raw, NOW)
    assert [file.rows for file in landed] == [2, 4]


def test_delivered_load_columns_are_kept_or_replaced(delivery: Path, raw: Path) -> None:
    load_columns = (
        "range = 0 as _is_deleted, 'theirs' as _source_file, 99 as _source_row, "
        "case range when 0 then timestamptz '2026-01-02 03:04:05+08' end as _loaded_at"
    )
    write_parquet(delivery / "orders.parquet", f"{GOOD_ORDERS}, {load_columns} from range(2)")
    (landed,) = land(delivery, SHOP, raw, NOW)

    assert landed.extra_columns == ()
    assert read(
        "select _loaded_at, _is_deleted, _source_file, _source_row "
        f"from '{landed.target}' order by _source_row"
    ) == [
        (datetime(2026, 1, 1, 19, 4, 5), True, "orders.parquet", 1),
        (NOW, False, "orders.parquet", 2),
    ]


def test_a_csv_may_bring_its_own_loading_time(delivery: Path, raw: Path) -> None:
    write_text(
        delivery / "order_lines.csv",
        "OrderNo,LineNo,_loaded_at,_is_deleted\nA,1,2026-01-02T03:04:05Z,true\nA,2,,\n",
    )
    (landed,) = land(delivery, SHOP, raw, NOW)
    assert read(f"select _loaded_at, _is_deleted from '{landed.target}' order by _source_row") == [
        (datetime(2026, 1, 2, 3, 4, 5), "true"),
        (NOW, None),
    ]


def test_unknown_and_retyped_columns_are_kept_and_reported(delivery: Path, raw: Path) -> None:
    write_parquet(
        delivery / "orders.parquet",
        "select 'A' as \"OrderNo\", 'two' as \"Quantity\", date '2026-01-01' as \"PlacedAt\", "
        "'wool' as material, [1, 2] as sizes",
    )
    (landed,) = land(delivery, SHOP, raw, NOW)

    assert landed.extra_columns == ("material", "sizes")
    assert landed.retyped_columns == ("Quantity", "PlacedAt")
    assert read(f"select \"Quantity\", material, sizes from '{landed.target}'") == [
        ("two", "wool", [1, 2])
    ]


def test_unnamed_columns_of_a_csv_are_kept_as_unknown(delivery: Path, raw: Path) -> None:
    write_text(delivery / "order_lines.csv", ",OrderNo,LineNo,\n0,A,1,x\n")
    (landed,) = land(delivery, SHOP, raw, NOW)
    assert landed.extra_columns == ("unnamed_1", "unnamed_4")
    assert read(f"select unnamed_1, unnamed_4 from '{landed.target}'") == [("0", "x")]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_file_without_rows_lands_and_is_counted(delivery: Path, raw: Path, form: str) -> None:
    if form == "parquet":
        write_parquet(delivery / "orders.parquet", f"{GOOD_ORDERS} from range(0)")
    else:
        write_text(delivery / "orders.csv", HEADER)
    (landed,) = land(delivery, SHOP, raw, NOW)

    assert landed.rows == 0
    (orders, _) = inspect(raw, SHOP)
    assert (orders.files, orders.rows, orders.newest_loaded_at) == (1, 0, None)


def test_files_find_their_tables(delivery: Path, raw: Path) -> None:
    write_parquet(delivery / "Orders 2026.PARQUET")
    write_parquet(delivery / "orders" / "anything.parquet", f"{GOOD_ORDERS} from range(4)")
    # Both patterns match: the more specific one decides.
    write_text(delivery / "orders_lines.csv", "OrderNo,LineNo\nA,1\n")
    for ignored in ("._orders.csv", "stock.xlsx", "README.md", "stock.csv"):
        write_text(delivery / ignored, "not for us")
    landed = land(delivery, SHOP, raw, NOW)

    assert [(file.table, file.source.name) for file in landed] == [
        ("order_lines", "orders_lines.csv"),
        ("orders", "Orders 2026.PARQUET"),
        ("orders", "anything.parquet"),
    ]
    assert [file.name for file in unmatched_files(delivery, SHOP)] == [
        "README.md",
        "stock.csv",
        "stock.xlsx",
    ]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_names_with_special_characters_land(tmp_path: Path, raw: Path, form: str) -> None:
    delivery = tmp_path / "k=v *s"
    names = [f"orders/_part.{form}", f"orders* d'été.{form}", f"orders*x [1] d'été.{form}"]
    for rows, name in enumerate(names, start=1):
        if form == "parquet":
            # Through another name, as DuckDB would take this one for a pattern.
            plain = write_parquet(tmp_path / "plain", f"{GOOD_ORDERS} from range({rows})")
            (delivery / name).parent.mkdir(parents=True, exist_ok=True)
            plain.rename(delivery / name)
        else:
            write_text(delivery / name, f"{HEADER}\n" + f"{ROW}\n" * rows)
    landed = land(delivery, SHOP, raw / "[r]*", NOW)

    assert [file.rows for file in landed] == [1, 2, 3]
    assert [file.target.name.rsplit("-", 1)[0] for file in landed] == [
        "part",
        "orders__d_été",
        "orders_x__1__d_été",
    ]
    in_raw = f"read_parquet('{raw}/[[]r][*]/shop/orders/*.parquet', hive_partitioning=false)"
    assert read(f"select _source_file, count(*) from {in_raw} group by 1 order by 2") == [
        (Path(name).name, rows) for rows, name in enumerate(names, start=1)
    ]
    assert len(read(f"describe from {in_raw}")) == 6
    assert inspect(raw / "[r]*", SHOP)[0].rows == 6


def test_the_same_file_twice_in_a_delivery_lands_once(delivery: Path, raw: Path) -> None:
    text = f"{HEADER}\nA,1,2026-01-01\n"
    write_text(delivery / "orders.csv", text)
    write_text(delivery / "orders" / "orders.csv", text)
    landed = land(delivery, SHOP, raw, NOW)
    assert [file.already_landed for file in landed] == [False, True]
    assert len(landed_files(raw)) == 1


def test_leftovers_of_a_landing_that_died_are_swept(delivery: Path, raw: Path) -> None:
    write_parquet(delivery / "orders.parquet")
    leftover = write_text(raw / "shop" / "orders" / ".orders-0123456789ab.parquet.tmp", "half")
    land(delivery, SHOP, raw, NOW)
    assert not leftover.exists()


# --- refused deliveries


def truncated(file: Path) -> None:
    content = write_parquet(file, f"{GOOD_ORDERS} from range(5000)").read_bytes()
    file.write_bytes(content[: len(content) // 2])


def damaged(file: Path) -> None:
    """The footer is whole, the data pages are not."""
    content = write_parquet(file, f"{GOOD_ORDERS} from range(5000)").read_bytes()
    file.write_bytes(content[:200] + b"\xff" * 2000 + content[2200:])


def twin_columns(file: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ["OrderNo", "Quantity", "PlacedAt", "Quantity"]
    pq.write_table(pa.table([pa.array(["1"])] * 4, names=names), file)


def orders_with(**columns: str) -> Callable[[Path], None]:
    """A Parquet file of orders whose columns, by name, are SQL expressions."""
    known = {"OrderNo": "'A'", "Quantity": "1", "PlacedAt": "timestamp '2026-01-01'"} | columns
    select = ", ".join(f'{value} as "{name}"' for name, value in known.items() if value)
    return lambda file: void(write_parquet(file, f"select {select}"))


def text(content: str) -> Callable[[Path], None]:
    return lambda file: void(write_text(file, content))


def content(data: bytes) -> Callable[[Path], None]:
    return lambda file: void(file.write_bytes(data))


def void(_: object) -> None:
    return None


ROW = "A,1,2026-01-01"
BAD_FILES: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "empty parquet": ("orders.parquet", content(b""), r"is empty \(0 bytes\): export it again"),
    "empty csv": ("orders.csv", content(b""), r"is empty \(0 bytes\): export it again"),
    "empty gzip": ("orders.csv.gz", content(gzip.compress(b"")), "is empty: export it again"),
    "text named parquet": (
        "orders.parquet",
        text(f"{HEADER}\n{ROW}\n"),
        r"cannot be read as Parquet, .*No magic bytes.*: export it again",
    ),
    "truncated parquet": ("orders.parquet", truncated, "cannot be read as Parquet, .*cut off"),
    "damaged parquet": ("orders.parquet", damaged, "cannot be read as Parquet, it may be corrupt"),
    "parquet named csv": (
        "orders.csv",
        lambda file: void(write_parquet(file)),
        "is called .csv but holds Parquet: save it in the form that its name says",
    ),
    "cut gzip": (
        "orders.csv.gz",
        content(gzip.compress(f"{HEADER}\n".encode() + os.urandom(9000).hex().encode())[:900]),
        "is no CSV that can be read",
    ),
    "gzip cut far down": (
        "orders.csv.gz",
        content(gzip.compress(f"{HEADER}\n".encode() + f"{ROW}\n".encode() * 200_000)[:-20]),
        "orders.csv.gz is no CSV that can be read",
    ),
    "gzip with a tail": (
        "orders.csv.gz",
        content(gzip.compress(f"{HEADER}\n{ROW}\n".encode()) + b"tail"),
        "orders.csv.gz (cannot be read|is no CSV that can be read)",
    ),
    "no gzip": ("orders.csv.gz", text(f"{HEADER}\n{ROW}\n"), "is no CSV .*Not a gzipped file"),
    "csv without a header": (
        "orders.csv",
        text(f"{ROW}\n{ROW}\n"),
        "has none of the columns of orders .*found: A, 1, 2026-01-01; missing: OrderNo, Quantity, "
        "PlacedAt.* with a header that names OrderNo, Quantity, PlacedAt, Note",
    ),
    "csv with a wrong header": (
        "orders.csv",
        text(f"OrderNo,Amount,When\n{ROW}\n"),
        "lacks the required columns Quantity, PlacedAt of orders: .* with the columns OrderNo, "
        "Quantity, PlacedAt, Note",
    ),
    "column missing in parquet": (
        "orders.parquet",
        orders_with(Quantity=""),
        "lacks the required column Quantity of orders",
    ),
    "another case": (
        "orders.parquet",
        orders_with(Quantity="", QUANTITY="1"),
        "only in case, blanks or .*'QUANTITY' instead of 'Quantity'",
    ),
    "blanks around a name": (
        "orders.csv",
        text(f"OrderNo, Quantity,PlacedAt\n{ROW}\n"),
        "only in case, blanks or .*' Quantity' instead of 'Quantity'",
    ),
    "an unseen character before a name": (
        "orders.csv",
        text(f"\u200bOrderNo,Quantity,PlacedAt\n{ROW}\n"),
        r"characters that nobody sees .*'\\u200bOrderNo' instead of 'OrderNo'",
    ),
    "two byte order marks": (
        "orders.csv",
        text(f"\ufeff\ufeffOrderNo,Quantity,PlacedAt\n{ROW}\n"),
        r"characters that nobody sees .*'\\ufeffOrderNo' instead of 'OrderNo'",
    ),
    "load column in another case": (
        "orders.parquet",
        orders_with(_LOADED_AT="now()"),
        "'_LOADED_AT' instead of '_loaded_at'",
    ),
    "twin columns in parquet": (
        "orders.parquet",
        twin_columns,
        r"share a name \(Quantity, Quantity\)",
    ),
    "twin columns in csv": (
        "orders.csv",
        text(f"{HEADER},quantity\n{ROW},2\n"),
        r"share a name \(Quantity, quantity\)",
    ),
    "struct for a scalar": (
        "orders.parquet",
        orders_with(Quantity="{'value': 1}"),
        r"Column Quantity .* is nested \(STRUCT\(.*where orders declares INTEGER",
    ),
    "list for a scalar": ("orders.parquet", orders_with(Quantity="[1]"), r"nested \(INTEGER\[\]\)"),
    "map for a scalar": ("orders.parquet", orders_with(Quantity="map {1: 2}"), r"nested \(MAP\("),
    "loading time as a number": (
        "orders.parquet",
        orders_with(_loaded_at="1700000000"),
        "Column _loaded_at .* is INTEGER, not a timestamp",
    ),
    "loading time as prose": (
        "orders.csv",
        text(f"{HEADER},_loaded_at\n{ROW},yesterday\n"),
        "Column _loaded_at .* holds a value that is no timestamp",
    ),
    "short row": ("orders.csv", text(f"{HEADER}\n{ROW}\nB,1\n"), "Line 3 .* has 2 values .* has 3"),
    "long row": ("orders.csv", text(f"{HEADER}\n{ROW},5\n"), "Line 2 .* has 4 values .* has 3"),
    "stray quote": ("orders.csv", text(f'{HEADER}\n"A"B",1,2\n'), "Line 2 .* has a quote"),
    "open quote": (
        "orders.csv",
        text(f'{HEADER}\n{ROW}\n{ROW},\n"A,1,2\n{ROW}\n{ROW}\n'),
        "holds 3 rows of which 2 can be read, as when a quote is not closed",
    ),
    "open quote at the end": (
        "orders.csv.gz",
        content(gzip.compress(f'{HEADER}\n{ROW}\nA,1,"'.encode())),
        "holds 2 rows of which 1 can be read",
    ),
    "open quote before much": (
        "orders.csv",
        text(f'{HEADER}\n{ROW}\nA,1,"2\n' + f"{ROW}\n" * 200_000),
        "2000000",
    ),
    "latin-1": (
        "orders.csv",
        content(f"{HEADER}\nA,1,£\n".encode("latin-1")),
        "Line 2 .* is not UTF-8",
    ),
    "latin-1 far down": (
        "orders.csv",
        content(f"{HEADER}\n".encode() + f"{ROW}\n".encode() * 80_000 + b"A,1,\xa3\n"),
        "Line 80002 .* is not UTF-8 text",
    ),
    "mixed line endings": (
        "orders.csv",
        text(f"{HEADER}\n{ROW}\r\n{ROW}\n"),
        "breaks the CSV rules, as when line endings are mixed",
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_refused_and_nothing_lands(case: str, delivery: Path, raw: Path) -> None:
    name, make, expected = BAD_FILES[case]
    # The good file comes first, so that it is there to be taken back.
    write_text(delivery / "order_lines.csv", "OrderNo,LineNo\nA,1\n")
    make(delivery / name)
    sentence = refusal(lambda: land(delivery, SHOP, raw, NOW))

    assert str(delivery / name) in sentence
    assert re.search(expected, sentence), sentence
    assert not raw.exists() or files_below(raw) == []


def test_a_refused_delivery_leaves_earlier_ones_alone(delivery: Path, raw: Path) -> None:
    write_parquet(delivery / "orders.parquet")
    land(delivery, SHOP, raw, NOW)
    before = files_below(raw)
    damaged(delivery / "orders_2.parquet")
    refusal(lambda: land(delivery, SHOP, raw, NOW))
    assert files_below(raw) == before


def test_a_missing_delivery_is_refused(tmp_path: Path, raw: Path) -> None:
    sentence = refusal(lambda: land(tmp_path / "nowhere", SHOP, raw, NOW))
    assert f"{tmp_path / 'nowhere'} does not exist" in sentence


def test_a_file_as_delivery_is_refused(delivery: Path, raw: Path) -> None:
    file = write_parquet(delivery / "orders.parquet")
    assert f"{file} is not a folder" in refusal(lambda: land(file, SHOP, raw, NOW))


def test_a_delivery_without_a_known_file_is_refused(delivery: Path, raw: Path) -> None:
    write_text(delivery / "Online Retail.xlsx", "a workbook")
    sentence = refusal(lambda: land(delivery, SHOP, raw, NOW))
    assert f"{delivery} holds no file of shop (found: Online Retail.xlsx)" in sentence
    assert "named for orders (orders*), order_lines (order*lines*)" in sentence


def test_a_file_that_two_tables_claim_is_refused(delivery: Path, raw: Path) -> None:
    twins = (ORDERS, TableContract("shop", "returns", ("*orders",), ()))
    file = write_parquet(delivery / "orders.parquet")
    assert f"{file} matches the delivery patterns of orders and returns alike" in refusal(
        lambda: land(delivery, twins, raw, NOW)
    )


def test_a_file_that_changes_while_it_is_landed_is_refused(
    delivery: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_text(delivery / "orders.csv", f"{HEADER}\n{ROW}\n")

    def rows_then_more(connection: Any, plan: Any) -> duckdb.DuckDBPyRelation:
        relation = original(connection, plan)
        with file.open("a") as upload:
            upload.write(f"{ROW}\n")
        return relation

    original = landing._rows
    monkeypatch.setattr(landing, "_rows", rows_then_more)
    assert f"{file} changed while it was landed" in refusal(lambda: land(delivery, SHOP, raw, NOW))
    assert files_below(raw) == []


def test_files_that_were_shown_are_taken_back_when_the_last_cannot_be(
    delivery: Path, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_parquet(delivery / "orders_1.parquet")
    write_parquet(delivery / "orders_2.parquet")
    original = Path.replace

    def replace(self: Path, target: Path) -> Path:
        if "orders_2" in target.name:
            assert [name for name in files_below(raw) if name.endswith(".parquet")]
            raise OSError(5, "Input/output error")
        return original(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    assert "(input/output error), so nothing was landed" in refusal(
        lambda: land(delivery, SHOP, raw, NOW)
    )
    assert files_below(raw) == []


def test_two_landings_at_once_are_refused(delivery: Path, raw: Path) -> None:
    write_parquet(delivery / "orders.parquet")
    raw.mkdir(parents=True)
    with FileLock(raw / ".landing.lock"):
        sentence = refusal(lambda: land(delivery, SHOP, raw, NOW))
    assert f"Another landing is writing to {raw}" in sentence
    assert len(land(delivery, SHOP, raw, NOW)) == 1


# --- a full disk and read-only folders

LAND = """
import sys
from datetime import datetime
from pathlib import Path
from orchestration.contracts import ColumnContract, TableContract
from orchestration.errors import EmporiumError
from orchestration.landing import land

columns = (ColumnContract("OrderNo", "VARCHAR"), ColumnContract("LineNo", "INTEGER"))
contract = TableContract("shop", "order_lines", ("order_lines*",), columns)
try:
    land(Path(sys.argv[1]), [contract], Path(sys.argv[2]), datetime(2026, 3, 1))
except EmporiumError as error:
    sys.exit(str(error))
"""


def random_lines(delivery: Path) -> None:
    """A small file, then one of some 5 MB that does not compress."""
    write_text(delivery / "order_lines_1.csv", "OrderNo,LineNo\nA,1\n")
    write_parquet(
        delivery / "order_lines_2.parquet",
        'select uuid()::varchar as "OrderNo", range::int as "LineNo" from range(200000)',
    )


def land_in_child(delivery: Path, raw: Path, prepare: Callable[[], None]) -> str:
    """What a landing in another process says as it fails."""
    child = subprocess.run(
        [sys.executable, "-c", LAND, delivery, raw],
        cwd=landing.__file__.rsplit("/", 2)[0],
        preexec_fn=prepare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 1, child.stderr
    assert child.stderr.count("\n") == 1, child.stderr
    return child.stderr.strip()


def limit_file_size() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))


def test_a_file_size_at_its_limit_lands_nothing(delivery: Path, raw: Path) -> None:
    random_lines(delivery)
    sentence = land_in_child(delivery, raw, limit_file_size)
    assert re.search(
        rf"{raw} has no room \(file too large\): the delivery needs about \d+\.\d MB, [\d,.]+ MB of"
        " its disk are free and nothing was landed: make room",
        sentence,
    ), sentence
    assert files_below(raw) == []


def test_a_full_disk_lands_nothing(delivery: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "emporium-test", disk],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a small disk here: {mounted.stderr.strip()}")
    try:
        random_lines(delivery)
        sentence = land_in_child(delivery, disk / "raw", lambda: None)
        assert "has no room (no space left on device): the delivery needs about" in sentence
        assert re.search(r" [12]\.\d MB of its disk are free and nothing was landed", sentence)
        assert files_below(disk / "raw") == []
    finally:
        subprocess.run(["umount", disk], check=True)


def as_nobody(call: Callable[[], object]) -> str:
    """The sentence that refuses a call by a user whom file modes bind, as they do not bind root."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.getuid() == 0:
                os.setuid(65534)
            call()
        except EmporiumError as error:
            os.write(writing, str(error).encode())
        except BaseException as error:
            os.write(writing, f"not refused, but failed: {error!r}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        sentence = answer.read()
    os.waitpid(child, 0)
    return sentence


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A folder that every user can reach; pytest closes its own to others."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("locked", ["data", "data/raw", "data/raw/shop", "data/raw/shop/orders"])
def test_a_read_only_raw_zone_is_refused(open_path: Path, locked: str) -> None:
    delivery = open_path / "delivery"
    write_parquet(delivery / "orders.parquet")
    raw = open_path / "data" / "raw"
    folder = open_path / locked
    folder.mkdir(parents=True)
    for writable in folder.parents:
        if open_path in writable.parents:
            writable.chmod(0o777)
    folder.chmod(0o555)
    sentence = as_nobody(lambda: land(delivery, SHOP, raw, NOW))

    assert "The raw zone cannot be written at" in sentence
    assert "(permission denied), so nothing was landed" in sentence
    assert not raw.exists() or files_below(raw) == []


def test_a_raw_zone_below_a_file_is_refused(tmp_path: Path, delivery: Path) -> None:
    write_parquet(delivery / "orders.parquet")
    file = write_text(tmp_path / "data", "")
    sentence = refusal(lambda: land(delivery, SHOP, file / "raw", NOW))
    assert f"cannot be written at {file / 'raw'} (not a directory)" in sentence


def test_an_unreadable_delivery_is_refused(open_path: Path) -> None:
    file = write_parquet(open_path / "orders.parquet")
    file.chmod(0)
    sentence = as_nobody(lambda: land(open_path, SHOP, open_path / "raw", NOW))
    assert sentence.startswith(f"{file} cannot be read (permission denied)")


def test_a_writable_data_folder_is_made(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    check_writable(paths)
    check_writable(paths)
    assert list(paths.data.iterdir()) == []


def test_a_data_folder_without_a_parent_is_refused(tmp_path: Path) -> None:
    sentence = refusal(lambda: check_writable(Paths(tmp_path / "a" / "b")))
    assert f"because {tmp_path / 'a'} is not an existing folder" in sentence
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("name", ["john's", "[1]", "a*", 'say "shop"'])
def test_a_data_folder_that_engines_would_misread_is_refused(tmp_path: Path, name: str) -> None:
    sentence = refusal(lambda: check_writable(Paths(tmp_path / name)))
    assert str(tmp_path / name) in sentence and "rename it" in sentence
    assert list(tmp_path.iterdir()) == []


def test_a_file_as_data_folder_is_refused(tmp_path: Path) -> None:
    file = write_text(tmp_path / "data", "")
    assert f"{file} is a file" in refusal(lambda: check_writable(Paths(file)))


@pytest.mark.parametrize("locked", ["", "data", "data/raw", "data/build", "data/serving"])
def test_a_read_only_data_folder_is_refused(open_path: Path, locked: str) -> None:
    base = open_path / "base"
    folder = base / locked
    folder.mkdir(parents=True)
    for writable in (base, base / "data"):
        if writable.exists():
            writable.chmod(0o777)
    folder.chmod(0o555)
    sentence = as_nobody(lambda: check_writable(Paths(base / "data")))
    assert f"cannot be written at {folder if locked else base / 'data'} (permission" in sentence


# --- inspecting the raw zone


def test_the_raw_zone_is_told_from_its_footers(delivery: Path, raw: Path) -> None:
    write_parquet(delivery / "orders_1.parquet", f"{GOOD_ORDERS}, 1 as colour from range(3)")
    land(delivery, SHOP, raw, NOW)
    write_parquet(delivery / "orders_2.parquet", f"{GOOD_ORDERS}, 1 as size from range(5)")
    land(delivery, SHOP, raw, NOW + timedelta(hours=1, microseconds=7))
    orders, order_lines = inspect(raw, SHOP)

    assert (orders.system, orders.table, orders.files, orders.rows) == ("shop", "orders", 2, 8)
    assert orders.bytes == sum((raw / name).stat().st_size for name in files_below(raw))
    assert orders.newest_loaded_at == NOW + timedelta(hours=1, microseconds=7)
    assert orders.extra_columns == ("colour", "size")
    assert (order_lines.files, order_lines.rows, order_lines.bytes) == (0, 0, 0)
    assert order_lines.newest_loaded_at is None


def test_a_raw_zone_that_does_not_exist_is_empty(raw: Path) -> None:
    assert [table.files for table in inspect(raw, SHOP)] == [0, 0]


def test_inspecting_reads_no_data(delivery: Path, raw: Path) -> None:
    write_parquet(delivery / "orders.parquet", f"{GOOD_ORDERS} from range(5000)")
    (landed,) = land(delivery, SHOP, raw, NOW)
    whole = landed.target.read_bytes()
    landed.target.write_bytes(whole[:4] + b"\xff" * 2000 + whole[2004:])
    assert inspect(raw, SHOP)[0].rows == 5000


def test_a_zoned_loading_time_is_told_in_utc(raw: Path) -> None:
    loaded_at = "timestamptz '2026-03-01 08:00:00+08' as _loaded_at"
    write_parquet(raw / "shop/orders/by_hand.parquet", f"{GOOD_ORDERS}, {loaded_at} from range(1)")
    assert inspect(raw, SHOP)[0].newest_loaded_at == datetime(2026, 3, 1)


def test_a_csv_in_the_raw_zone_counts_as_a_file(delivery: Path, raw: Path) -> None:
    write_parquet(delivery / "orders.parquet")
    land(delivery, SHOP, raw, NOW)
    write_text(raw / "shop/orders/by_hand.csv", f"{HEADER},_loaded_at,hue\n{ROW},2026-03-01,red\n")
    orders = inspect(raw, SHOP)[0]
    assert (orders.files, orders.rows, orders.extra_columns) == (2, None, ("hue",))


def test_what_is_counted_in_the_raw_zone_is_what_runs_read(delivery: Path, raw: Path) -> None:
    write_parquet(delivery / "orders.parquet")
    land(delivery, SHOP, raw, NOW)
    write_parquet(raw / "shop/orders/by_hand.parquet")
    write_text(raw / "shop/orders/by_hand.csv", f"{HEADER}\n{ROW}\n")
    (raw / "shop/orders/by_hand.csv.gz").write_bytes(gzip.compress(f"{HEADER}\n{ROW}\n".encode()))
    # Writers of tables leave these; no engine reads them.
    for name in ("_SUCCESS", ".by_hand.csv.crc"):
        write_text(raw / f"shop/orders/{name}", "")
    assert inspect(raw, SHOP)[0].files == len(landed_files(raw)) == 4


@pytest.mark.parametrize(
    ("name", "make", "expected"),
    [
        ("bad.parquet", truncated, "cannot be read as Parquet.*remove it from the raw zone"),
        (
            "bad.parquet",
            orders_with(Quantity="", _loaded_at="timestamp '2026-01-01'"),
            "lacks the required column Quantity of orders: remove it from the raw zone",
        ),
        (
            "bad.parquet",
            orders_with(Quantity="[1]", _loaded_at="timestamp '2026-01-01'"),
            "Column Quantity .* is nested",
        ),
        ("bad.xlsx", text(f"{HEADER}\n{ROW}\n"), "where runs read .*move it to a delivery folder"),
        ("john's[1].csv", text(f"{HEADER}\n{ROW}\n"), "where runs read .* in their names"),
        ("bad.CSV", text(f"{HEADER}\n{ROW}\n"), "where runs read .*move it to a delivery folder"),
        (
            "bad.csv",
            text("OrderNo,_loaded_at\nA,2026-01-01\n"),
            "lacks the required columns Quantity, PlacedAt",
        ),
    ],
    ids=[
        "corrupt",
        "column missing",
        "nested",
        "another kind",
        "a pattern",
        "another spelling",
        "csv header",
    ],
)
def test_a_bad_file_in_the_raw_zone_is_named(
    delivery: Path, raw: Path, name: str, make: Callable[[Path], None], expected: str
) -> None:
    write_parquet(delivery / "orders.parquet")
    land(delivery, SHOP, raw, NOW)
    file = raw / "shop" / "orders" / name
    make(file)
    sentence = refusal(lambda: inspect(raw, SHOP))
    assert str(file) in sentence
    assert re.search(expected, sentence), sentence


def test_a_landed_file_that_became_corrupt_is_named_before_more_lands(
    delivery: Path, raw: Path
) -> None:
    write_parquet(delivery / "orders.parquet")
    (landed,) = land(delivery, SHOP, raw, NOW)
    landed.target.write_bytes(b"rubbish")
    write_parquet(delivery / "orders_2.parquet", f"{GOOD_ORDERS} from range(9)")
    sentence = refusal(lambda: land(delivery, SHOP, raw, NOW))
    assert f"{landed.target} cannot be read as Parquet" in sentence
    assert "remove it from the raw zone and land its delivery again" in sentence
    assert len(files_below(raw)) == 1


# --- the real file


@pytest.mark.real_data
def test_the_real_online_retail_lands_once(raw: Path) -> None:
    folder = os.environ.get("EMPORIUM_TEST_DATA")
    if not folder:
        pytest.skip(
            "EMPORIUM_TEST_DATA IS NOT SET: 541,909 REAL INVOICE LINES WERE NOT TRIED; "
            "point it at the folder that holds online_retail/online_retail.parquet"
        )
    columns = {
        "InvoiceNo": "VARCHAR",
        "StockCode": "VARCHAR",
        "Description": "VARCHAR",
        "Quantity": "INTEGER",
        "InvoiceDate": "TIMESTAMP",
        "UnitPrice": "DOUBLE",
        "CustomerID": "INTEGER",
        "Country": "VARCHAR",
    }
    contract = TableContract(
        "online_retail",
        "invoice_lines",
        ("online_retail*",),
        tuple(ColumnContract(name, data_type) for name, data_type in columns.items()),
    )
    delivery = Path(folder) / "online_retail"
    (first,) = land(delivery, [contract], raw, NOW)
    (second,) = land(delivery, [contract], raw, NOW + timedelta(days=1))

    assert (first.rows, first.already_landed) == (541_909, False)
    assert (first.extra_columns, first.retyped_columns) == ((), ())
    assert (second.rows, second.already_landed, second.target) == (541_909, True, first.target)
    (table,) = inspect(raw, [contract])
    assert (table.files, table.rows, table.newest_loaded_at) == (1, 541_909, NOW)
    assert read(
        'select round(sum("Quantity" * "UnitPrice"), 2), count(distinct _source_row) '
        f"from '{first.target}'"
    ) == [(9_747_747.93, 541_909)]
