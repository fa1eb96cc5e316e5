"""Deliveries in the encodings and forms that shops send: what is read, refused and kept."""

import gzip
import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import pytest

from orchestration import delivered
from orchestration.contracts import ColumnContract, DeliveryForm, TableContract, contracts
from orchestration.landing import DELIVERED, LandedFile, land
from orchestration.paths import CODE_DIR
from orchestration.raw_zone import ENDINGS, inspect, landed_files
from tests.orchestration.test_landing import NOW, files_below, read, refusal

CITIES = TableContract(
    system="shop",
    table="cities",
    delivery_patterns=("cities*",),
    columns=(
        ColumnContract("city", "VARCHAR"),
        ColumnContract("orders", "INTEGER"),
        ColumnContract("note", "VARCHAR", required=False),
    ),
    declared_in="models/staging/shop/_shop__sources.yml",
)
CHINESE = replace(CITIES, form=DeliveryForm(("utf-8", "gb18030")))
WESTERN = replace(CITIES, form=DeliveryForm(("utf-8", "cp1252")))
HEADER = "city,orders,note"
CITY_ROWS = [("上海", "3", "好"), ("乌鲁木齐", "1", None), ("北京", "2", "a\nb")]
TEXT = f'{HEADER}\n上海,3,好\n乌鲁木齐,1,\n北京,2,"a\nb"\n'


def land_one(
    folder: Path, name: str, content: bytes, contract: TableContract = CHINESE
) -> LandedFile:
    """Lands a file of some bytes, into `folder / "raw"`."""
    delivery = folder / "delivery"
    delivery.mkdir(exist_ok=True)
    (delivery / name).write_bytes(content)
    (landed,) = land(delivery, [contract], folder / "raw", NOW)
    return landed


def rows(landed: LandedFile, columns: str = "city, orders, note") -> list[tuple[Any, ...]]:
    return read(f"select {columns} from '{landed.target}' order by _source_row")


def notes(landed: LandedFile) -> dict[str, str]:
    """What the metadata of a landed file says of the delivered one."""
    kept = read(f"select decode(key), decode(value) from parquet_kv_metadata('{landed.target}')")
    return {name: note for name, note in kept if name != "ARROW:schema"}


def refused(folder: Path, name: str, content: bytes, contract: TableContract = CHINESE) -> str:
    sentence = refusal(lambda: land_one(folder, name, content, contract))
    assert str(folder / "delivery" / name) in sentence
    assert not (folder / "raw").exists() or files_below(folder / "raw") == []
    return sentence


# --- encodings


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("gb18030", "in gb18030"),
        ("gbk", "in gb18030"),
        ("utf-16", "in utf-16"),
        ("utf-16-be", "in utf-16"),
        ("utf-32", "in utf-32"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
def test_text_lands_the_same_whatever_its_encoding(
    tmp_path: Path, encoding: str, said: str, ending: str
) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    content = mark + TEXT.encode(encoding)
    landed = land_one(
        tmp_path, f"cities.{ending}", gzip.compress(content) if ending == "csv.gz" else content
    )
    assert rows(landed) == CITY_ROWS
    assert landed.rows == 3
    assert landed.read_as == said


def test_western_text_is_read_where_that_is_declared(tmp_path: Path) -> None:
    text = f"{HEADER}\nSão Paulo,1,€ 5\nGöttingen,2,\n"
    expected = [("São Paulo", "1", "€ 5"), ("Göttingen", "2", None)]
    old = land_one(tmp_path, "cities_1.csv", text.encode("cp1252"), WESTERN)
    assert (rows(old), old.read_as) == (expected, "in cp1252")
    # What was exported anew in UTF-8 is not read as if it were old.
    (tmp_path / "new").mkdir()
    new = land_one(tmp_path / "new", "cities_2.csv", text.encode(), WESTERN)
    assert (rows(new), new.read_as) == (expected, "")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", f"{HEADER}\nMünchen,1,\nGöttingen,2,\n"),
        ("latin-1", f"{HEADER}\nA,1,£5\n"),
        ("big5", f"{HEADER}\n臺灣,1,這個檔案\n"),
        ("shift_jis", f"{HEADER}\nさいたま,1,ファイルです\n"),
    ],
    ids=["umlauts", "pounds", "big5", "shift-jis"],
)
def test_what_only_could_be_chinese_is_refused(tmp_path: Path, encoding: str, text: str) -> None:
    sentence = refused(tmp_path, "cities.csv", text.encode(encoding))
    assert "Line 2 of " in sentence
    assert "is not UTF-8 text, nor beyond doubt gb18030: export it again in UTF-8" in sentence
    assert (
        "declare its encoding under `meta: delivery` of cities in "
        "models/staging/shop/_shop__sources.yml" in sentence
    )


def test_a_rare_name_leaves_no_doubt(tmp_path: Path) -> None:
    # 堃 and 喆 are not among the characters of GB2312.
    text = f"{HEADER}\n上海市浦东新区,1,陶喆收货地址\n北京市海淀区中关村,2,李堃\n"
    landed = land_one(tmp_path, "cities.csv", text.encode("gb18030"))
    assert rows(landed)[0] == ("上海市浦东新区", "1", "陶喆收货地址")


def test_what_is_declared_alone_is_believed(tmp_path: Path) -> None:
    """女 in GBK is valid UTF-8, as another letter."""
    text = f"{HEADER}\nA,1,女\n".encode("gbk")
    assert text.decode() == f"{HEADER}\nA,1,Ů\n"
    declared = replace(CITIES, form=DeliveryForm(("gb18030",)))
    assert rows(land_one(tmp_path, "cities.csv", text, declared)) == [("A", "1", "女")]


def test_what_is_declared_but_not_so_is_refused(tmp_path: Path) -> None:
    declared = replace(CITIES, form=DeliveryForm(("gb18030",)))
    sentence = refused(
        tmp_path, "cities.csv", f"{HEADER}\nA,1,\nB,1,\xff\n".encode("latin-1"), declared
    )
    assert "Line 3 of " in sentence and "is not GB18030 text" in sentence


def test_a_cut_character_far_down_is_named_by_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivered, "_CHUNK", 7)
    content = f"{HEADER}\n上海,1,\n".encode() + "北京,1,\n".encode() * 50 + "好".encode()[:2]
    assert "Line 53 of " in refused(tmp_path, "cities.csv", content, CITIES)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("cities.csv", b"PAR1rest", "Parquet"),
        ("cities.csv", b"PK\x03\x04rest", "a workbook or another archive"),
        ("cities.csv", gzip.compress(TEXT.encode(), mtime=0), "gzip"),
        ("cities.xlsx", b"\xd0\xcf\x11\xe0rest", "an old workbook, or one with a password"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, content: bytes, kind: str
) -> None:
    assert f"but holds {kind}: save it" in refused(tmp_path, name, content)


# --- headers


PREAMBLE = '店铺: 一号店,,\n"统计日期: 2026-06-29"\n\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_header_is_found_below_a_preamble(tmp_path: Path, encoding: str) -> None:
    landed = land_one(tmp_path, "cities.csv", (PREAMBLE + TEXT).encode(encoding))
    assert rows(landed) == CITY_ROWS
    assert "header in line 4" in landed.read_as
    assert notes(landed)["header_row"] == "4"


def test_a_preamble_may_be_cut_by_another_delimiter(tmp_path: Path) -> None:
    text = "Report, all shops, all days, all\ncity;orders\nA;1\n"
    landed = land_one(tmp_path, "cities.csv", text.encode())
    assert rows(landed, "city, orders") == [("A", "1")]
    assert landed.read_as == "with ';' between values, header in line 2"


def test_faults_below_a_preamble_are_named_by_the_line_of_the_file(tmp_path: Path) -> None:
    sentence = refused(tmp_path, "cities.csv", f"{PREAMBLE}{HEADER}\nA,1,x\nB,1\n".encode())
    assert "Line 6 of " in sentence and "has 2 values where the header has 3" in sentence


def test_two_possible_headers_are_refused_unless_one_is_declared(tmp_path: Path) -> None:
    content = f"{HEADER}\nall,9,\n\n{HEADER}\nA,1,x\n".encode()
    sentence = refused(tmp_path, "cities.csv", content)
    assert "Lines 1 and 4 of " in sentence
    assert "declare its header_row under `meta: delivery` of cities" in sentence
    declared = replace(CITIES, form=DeliveryForm(header_row=4))
    assert rows(land_one(tmp_path, "cities.csv", content, declared)) == [("A", "1", "x")]


def test_a_declared_header_that_is_none_is_refused(tmp_path: Path) -> None:
    declared = replace(CITIES, form=DeliveryForm(header_row=2))
    assert "has none of the columns of cities (found: A, 1, x" in refused(
        tmp_path, "cities.csv", f"{HEADER}\nA,1,x\n".encode(), declared
    )


def test_a_header_too_far_down_is_refused(tmp_path: Path) -> None:
    assert "has none of the columns of cities" in refused(
        tmp_path, "cities.csv", ("-\n" * 20 + TEXT).encode()
    )


def test_the_nearest_header_tells_what_it_lacks(tmp_path: Path) -> None:
    assert "lacks the required column orders of cities" in refused(
        tmp_path, "cities.csv", b"All shops\ncity,amount\nA,1\n"
    )


# --- workbooks


# Style 1 is a date with a time, as spreadsheets number their formats.
STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>"
)


def cell(value: object) -> str:
    """A cell as spreadsheets write it: a text, a number to the letter, or nothing."""
    if value is None:
        return "<c/>"
    if isinstance(value, tuple):
        text, style = value
        return f'<c s="{style}"><v>{text}</v></c>'
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def workbook(**sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook made by hand, whose sheets claim to be one cell wide, as some programs do."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbered = list(enumerate(sheets.items(), start=1))
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n, _ in numbered
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in numbered)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in numbered
        )
        + f'<Relationship Id="r99" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
    for n, (_, table) in numbered:
        body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in table)
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{main}"><dimension ref="A1"/><sheetData>{body}</sheetData>'
            "</worksheet>"
        )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


CITY_SHEET: list[list[object]] = [["city", "orders", "note"], ["上海", 3, "好"], ["北京", 2, None]]


def test_cells_land_as_a_csv_would_bring_them(tmp_path: Path) -> None:
    cells = [
        ("007", "007"),
        (" two  blanks ", " two  blanks "),
        ("a\nb", "a\nb"),
        (3, "3"),
        ("3.0", "3.0"),
        (2.5, "2.5"),
        # Binary fractions have more digits in the file than a spreadsheet shows.
        (("2.5499999999999998", 0), "2.55"),
        (("59.970000000000006", 0), "59.97"),
        (("1.0000000000000001E-5", 0), "0.00001"),
        (540001.0, "540001"),
        # An id of 18 digits, as programs write it, and one that a spreadsheet has cut before.
        (("202206301234567891", 0), "202206301234567891"),
        (("2.0220700000000001E+18", 0), "2022070000000000000"),
        (True, "true"),
        (("40513.351388888892", 1), "2010-12-01 08:26:00"),
        (("46193", 1), "2026-06-20 00:00:00"),
    ]
    table: list[list[object]] = [["city", "orders"], *[[value, 1] for value, _ in cells]]
    content = workbook(Cities=table)
    landed = land_one(tmp_path, "cities.xlsx", content, CITIES)
    assert [city for city, _ in rows(landed, "city, orders")] == [text for _, text in cells]
    assert {orders for _, orders in rows(landed, "city, orders")} == {"1"}
    assert landed.retyped_columns == ()


def test_a_workbook_and_a_csv_land_the_same_rows(tmp_path: Path) -> None:
    content = workbook(城市=[["店铺: 一号店"], [], *CITY_SHEET, [None]])
    landed = land_one(tmp_path, "Cities 2026.xlsx", content, CITIES)
    assert rows(landed) == [("上海", "3", "好"), ("北京", "2", None)]
    assert landed.read_as == "sheet 城市, header in line 3"
    assert notes(landed) == {
        "delivered_as": "xlsx",
        "sheet": "城市",
        "header_row": "3",
        "delivered_copy": f"_delivered/{landed.target.stem}.xlsx",
        "delivered_sha256": hashlib.sha256(content).hexdigest(),
    }


def test_the_first_sheet_is_read_unless_another_is_declared(tmp_path: Path) -> None:
    old: list[list[object]] = [["city", "orders"], ["old", 1]]
    content = workbook(Notes=[["nothing"]], Cities=CITY_SHEET)
    assert (
        "in sheet Cities, not in its first, Notes: put it first, or declare its sheet"
        in refused(tmp_path, "cities.xlsx", content, CITIES)
    )
    declared = replace(CITIES, form=DeliveryForm(sheet="Cities"))
    assert len(rows(land_one(tmp_path, "cities.xlsx", content, declared))) == 2

    both = workbook(New=CITY_SHEET, Old=old)
    (tmp_path / "both").mkdir()
    assert "has 2 sheets with the columns of cities (New, Old)" in refused(
        tmp_path / "both", "cities.xlsx", both, CITIES
    )
    assert "has no sheet Cities as models/staging/shop/_shop__sources.yml declares" in refused(
        tmp_path / "both", "cities.xlsx", both, declared
    )


def test_a_value_beside_the_header_is_refused(tmp_path: Path) -> None:
    content = workbook(Cities=[*CITY_SHEET, ["A", 1, "x", "lost"]])
    assert "Line 4 of sheet Cities" in refused(tmp_path, "cities.xlsx", content, CITIES)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    content = workbook(Cities=CITY_SHEET)
    assert "cannot be read as .xlsx" in refused(tmp_path, "cities.xlsx", b"PK\x03\x04", CITIES)
    assert "cannot be read as .xlsx" in refused(
        tmp_path, "cities.xlsx", content[: len(content) // 2], CITIES
    )


@pytest.mark.parametrize("ending", ["xls", "XLS", "xlsm", "ods"])
@pytest.mark.parametrize("folder", ["", "cities/"])
def test_an_old_workbook_is_refused_by_name(tmp_path: Path, ending: str, folder: str) -> None:
    file = tmp_path / "delivery" / f"{folder}cities.{ending}"
    file.parent.mkdir(parents=True)
    file.write_text("cells")
    (tmp_path / "delivery" / "cities.csv").write_text(TEXT)
    sentence = refusal(lambda: land(tmp_path / "delivery", [CITIES], tmp_path / "raw", NOW))
    assert f"{file} is a workbook of a kind that is not read, named for cities: open it" in sentence


# --- what is kept


def test_what_was_delivered_is_kept_to_the_byte_where_no_run_reads_it(tmp_path: Path) -> None:
    content = (PREAMBLE + TEXT).encode("gb18030")
    landed = land_one(tmp_path, "cities.csv", content)
    raw = tmp_path / "raw"
    assert landed.copy == raw / "shop" / "cities" / DELIVERED / f"{landed.target.stem}.csv"
    assert landed.copy.read_bytes() == content
    assert notes(landed) == {
        "delivered_as": "csv",
        "encoding": "gb18030",
        "delimiter": ",",
        "header_row": "4",
        "delivered_copy": f"_delivered/{landed.copy.name}",
        "delivered_sha256": hashlib.sha256(content).hexdigest(),
    }
    assert [line.split(" ")[0] for line in landed_files(raw)] == [
        f"shop/cities/{landed.target.name}"
    ]
    (table,) = inspect(raw, [CITIES])
    assert (table.files, table.rows, table.bytes) == (1, 3, landed.target.stat().st_size)
    # As DuckDB and dbt list what has landed.
    assert read(f"select count(*) from glob('{raw}/*/*/*.csv')") == [(0,)]
    assert sorted(files_below(raw)) == [
        f"shop/cities/_delivered/{landed.copy.name}",
        f"shop/cities/{landed.target.name}",
    ]


def test_parquet_is_kept_once_unless_it_brings_what_is_written_anew(tmp_path: Path) -> None:
    parquet = tmp_path / "made.parquet"
    query = "select 'A' as city, 1 as orders, true as _is_deleted"
    duckdb.execute(f"copy ({query}) to '{parquet}'")
    assert land_one(tmp_path, "cities_1.parquet", parquet.read_bytes()).copy is None
    duckdb.execute(f"copy ({query}, 'theirs' as _source_file) to '{parquet}'")
    (tmp_path / "other").mkdir()
    landed = land_one(tmp_path / "other", "cities_2.parquet", parquet.read_bytes())
    assert landed.copy is not None and landed.copy.read_bytes() == parquet.read_bytes()


def test_a_file_is_not_taken_as_landed_if_it_would_be_read_otherwise(tmp_path: Path) -> None:
    content = f"{HEADER}\nA,1,\xfc\n".encode("latin-1")
    first = land_one(tmp_path, "cities.csv", content, WESTERN)
    assert rows(first) == [("A", "1", "ü")]
    other = replace(CITIES, form=DeliveryForm(("cp1251",)))
    sentence = refusal(lambda: land_one(tmp_path, "cities.csv", content, other))
    assert f"landed before as {first.target}, read otherwise (" in sentence
    assert "encoding cp1252" in sentence and "encoding cp1251" in sentence
    first.target.unlink()
    assert rows(land_one(tmp_path, "cities.csv", content, other)) == [("A", "1", "ь")]


def test_a_failed_landing_keeps_nothing(tmp_path: Path) -> None:
    delivery = tmp_path / "delivery"
    delivery.mkdir()
    (delivery / "cities_1.csv").write_bytes(TEXT.encode("gbk"))
    (delivery / "cities_2.csv").write_text(f"{HEADER}\nA,1\n")
    assert "Line 2 of " in refusal(lambda: land(delivery, [CHINESE], tmp_path / "raw", NOW))
    assert files_below(tmp_path / "raw") == []


# --- pandas


def test_zoned_times_land_as_instants_and_unknown_columns_are_kept(tmp_path: Path) -> None:
    import pandas as pd

    texts = ["2026-06-20 22:30:00+08:00", None, "2026-01-02 00:00:00+08:00"]
    times = pd.to_datetime(pd.Series(texts, index=[7, 8, 9]))
    frame = pd.DataFrame(
        {"city": ["A", "B", "C"], "orders": [1.0, None, 3.0], "seen_at": times, "colour": "red"},
        index=[7, 8, 9],
    )
    frame.to_parquet(tmp_path / "made.parquet")
    landed = land_one(tmp_path, "cities.parquet", (tmp_path / "made.parquet").read_bytes())
    assert landed.extra_columns == ("seen_at", "colour", "__index_level_0__")
    assert landed.retyped_columns == ("orders",)
    # To the microsecond, as both engines read them; the file that had more digits is kept.
    assert rows(landed, "typeof(seen_at)")[0] == ("TIMESTAMP WITH TIME ZONE",)
    assert landed.copy is not None
    with duckdb.connect() as connection:
        # Whoever reads them, wherever.
        connection.execute("set TimeZone = 'America/New_York'")
        found = connection.execute(
            f"select epoch(seen_at), colour from '{landed.target}' order by _source_row"
        ).fetchall()
    assert found == [
        (datetime(2026, 6, 20, 14, 30, tzinfo=UTC).timestamp(), "red"),
        (None, "red"),
        (datetime(2026, 1, 1, 16, 0, tzinfo=UTC).timestamp(), "red"),
    ]


# --- declarations


def declared(delivery: object, of_source: object = None) -> TableContract:
    node = {
        "source_name": "shop",
        "name": "cities",
        "columns": {},
        "source_meta": {"delivery": of_source} if of_source else {},
        "config": {"meta": {"delivery": delivery} if delivery else {}},
        "original_file_path": "models/staging/shop/_shop__sources.yml",
    }
    (contract,) = contracts({"sources": {"cities": node}}, "shop")
    return contract


def test_a_form_is_declared_for_a_table_over_that_of_its_source() -> None:
    of_source = {"encoding": ["UTF-8", "GB18030"], "header_row": 2}
    contract = declared({"files": "city*", "header_row": 3, "sheet": "订单"}, of_source)
    assert contract.delivery_patterns == ("city*",)
    assert contract.form == DeliveryForm(("utf-8", "gb18030"), None, 3, "订单")
    assert declared(None, of_source).form == DeliveryForm(("utf-8", "gb18030"), None, 2)
    assert declared(["a*", "b*"], of_source).delivery_patterns == ("a*", "b*")
    assert declared({"encoding": "Windows-1252", "delimiter": ";"}).form == DeliveryForm(
        ("cp1252",), ";"
    )


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        ({"encodng": "gbk"}, "declares encodng, where files, encoding, delimiter, header_row"),
        ({"encoding": "klingon"}, "declares the encoding 'klingon', which is none"),
        ({"header_row": 0}, "declares the header_row '0', which is no line, from 1"),
        ({"header_row": "three"}, "declares the header_row 'three'"),
        ({"dates": "dmy"}, "declares dates 'dmy', which are none of day_first, month_first"),
        ({"time_zone": "Peking"}, "declares the time_zone 'Peking', which is none"),
        ({"decimal_mark": "d"}, "declares the decimal_mark 'd', which is none of"),
        ({"thousands_mark": "."}, "declares '.' as the mark of decimals and of thousands"),
        ({"units": "万"}, "declares units '万', where words and what they stand for are meant"),
        ({"units": {"万": "many"}}, "declares the unit '万' as many, where a word and a whole"),
    ],
)
def test_a_wrong_declaration_is_refused(delivery: dict[str, object], expected: str) -> None:
    sentence = refusal(lambda: declared(delivery))
    assert expected in sentence
    assert "of source shop.cities" in sentence
    assert "correct it in models/staging/shop/_shop__sources.yml" in sentence


def test_python_and_dbt_read_files_of_the_same_names() -> None:
    macro = (CODE_DIR / "macros" / "engines" / "landed_endings.sql").read_text()
    assert re.findall(r"'\.([a-z.]+)'", macro) == list(ENDINGS)
