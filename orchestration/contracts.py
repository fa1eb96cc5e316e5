"""What the project declares about the tables of a source system, and whether a file keeps to it."""

import codecs
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

import duckdb

from orchestration.errors import EmporiumError

LOADED_AT = "_loaded_at"
IS_DELETED = "_is_deleted"
SOURCE_FILE = "_source_file"
SOURCE_ROW = "_source_row"
LOAD_COLUMNS = (LOADED_AT, IS_DELETED, SOURCE_FILE, SOURCE_ROW)
"""Columns that belong to the raw zone: never part of a contract, never an unknown column."""

# What `meta: delivery` of a source table may say of its files, and of values, which staging reads.
_OF_FILES = ("files", "encoding", "delimiter", "header_row", "sheet")
_OF_VALUES = ("dates", "time_zone", "decimal_mark", "thousands_mark", "units")
_DELIVERY_KEYS = (*_OF_FILES, *_OF_VALUES)
_DATES = ("day_first", "month_first")
_MARKS = (".", ",", " ", "'", "\u00a0", "\u202f")
_NESTED_TYPES = ("STRUCT", "MAP", "UNION")
_LOADED_AT_TYPES = ("TIMESTAMP", "DATE", "VARCHAR")


@dataclass(frozen=True)
class ColumnContract:
    """One declared column.

    Attributes:
        name: the column's name in the delivered files, to the letter.
        data_type: the declared type, as DuckDB spells it (`INTEGER`, `DECIMAL(18,2)`).
        required: whether every file has to have it.
    """

    name: str
    data_type: str
    required: bool = True


@dataclass(frozen=True)
class DeliveryForm:
    """How the files of a table come, as far as it is declared; what is not, landing looks for.

    Attributes:
        encodings: what CSVs may be in. One is believed; of several, the first that fits.
        delimiter: what stands between the values of a CSV.
        header_row: the line of the header, from 1.
        sheet: the sheet of a workbook.
    """

    encodings: tuple[str, ...] = ("utf-8",)
    delimiter: str | None = None
    header_row: int | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class TableContract:
    """One declared source table.

    Attributes:
        system: the source system, dbt's `source_name`.
        table: the table, and its folder in the raw zone.
        delivery_patterns: `fnmatch` patterns of the file names that hold it, without extension.
        columns: the declared columns, in the order of the YAML.
        form: how its files come.
        declared_in: the file that declares all this.
    """

    system: str
    table: str
    delivery_patterns: tuple[str, ...]
    columns: tuple[ColumnContract, ...]
    form: DeliveryForm = DeliveryForm()
    declared_in: str = "the YAML of the source"

    @property
    def required(self) -> set[str]:
        """The names of the columns that every file has to have."""
        return {column.name for column in self.columns if column.required}


@dataclass(frozen=True)
class FileColumn:
    """One top-level column that a file has, with its type as DuckDB spells it."""

    name: str
    data_type: str


def contracts(manifest: Mapping[str, Any], system: str) -> tuple[TableContract, ...]:
    """The declared tables of a source system, by name.

    Args:
        manifest: dbt's `manifest.json`.
        system: the source system.

    Raises:
        EmporiumError: no source of that name, a column without a type that DuckDB knows, or a form
            of delivery that nobody knows.
    """
    sources = list(manifest["sources"].values())
    nodes = [node for node in sources if node["source_name"] == system]
    if not nodes:
        known = {node["source_name"] for node in sources}
        raise EmporiumError(
            f"Unknown source system '{system}': the project declares {listed(sorted(known))}."
        )
    return tuple(_table(node) for node in sorted(nodes, key=lambda node: str(node["name"])))


def check_columns(
    contract: TableContract, file: str, columns: Sequence[FileColumn], remedy: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Holds the columns of a file against its contract.

    Args:
        contract: the table's contract.
        file: how an error names the file.
        columns: the top-level columns of the file, duplicates included.
        remedy: how an error's sentence ends: what to do about the file.

    Returns:
        The columns that the contract does not know, and those of another type than it declares.
        Both are kept: staging ignores the first and casts the second, row by row.

    Raises:
        EmporiumError: duplicate names, names in another case, a required column missing, a nested
            type where a scalar is declared, or a `_loaded_at` that is no timestamp.
    """
    names = [column.name for column in columns]
    declared = {column.name: column for column in contract.columns}
    expected = listed(declared)

    # DuckDB does not tell names by their case, so neither may a file.
    folded = [name.casefold() for name in names]
    twice = [name for name, key in zip(names, folded, strict=True) if folded.count(key) > 1]
    if twice:
        raise EmporiumError(
            f"{file} has columns that share a name ({listed(twice)}): {remedy} with each name once."
        )

    known = {name.casefold(): name for name in (*declared, *LOAD_COLUMNS)}
    misspelt = [
        f"{name!r} instead of {known[bare(name)]!r}"
        for name in names
        if bare(name) in known and known[bare(name)] != name
    ]
    if misspelt:
        raise EmporiumError(
            f"{file} has columns whose names differ from the contract of {contract.table} only in "
            f"case, blanks or characters that nobody sees ({listed(misspelt)}): {remedy} with the "
            "names to the letter."
        )

    missing = [name for name, column in declared.items() if column.required and name not in names]
    if missing and not set(names) & set(declared):
        raise EmporiumError(
            f"{file} has none of the columns of {contract.table} (found: {listed(names)}; missing: "
            f"{listed(missing)}): {remedy} with a header that names {expected}."
        )
    if missing:
        raise EmporiumError(
            f"{file} lacks the required {_plural('column', missing)} {listed(missing)} of "
            f"{contract.table}: {remedy} with the columns {expected}."
        )

    for column in columns:
        if column.name == LOADED_AT and not column.data_type.startswith(_LOADED_AT_TYPES):
            raise EmporiumError(
                f"Column {LOADED_AT} of {file} is {column.data_type}, not a timestamp: {remedy} "
                "with a timestamp in UTC."
            )
        wanted = declared.get(column.name)
        if wanted and _is_nested(column.data_type) and not _is_nested(wanted.data_type):
            raise EmporiumError(
                f"Column {column.name} of {file} is nested ({column.data_type}) where "
                f"{contract.table} declares {wanted.data_type}: {remedy} with one value per row."
            )

    extra = tuple(name for name in names if name not in declared and name not in LOAD_COLUMNS)
    retyped = tuple(
        column.name
        for column in columns
        if column.name in declared and column.data_type != declared[column.name].data_type
    )
    return extra, retyped


def bare(name: str) -> str:
    """A name in small letters, without blanks and unseen characters of any kind around it."""
    seen = [number for number, each in enumerate(name) if unicodedata.category(each)[0] not in "ZC"]
    return name[seen[0] : seen[-1] + 1].casefold() if seen else ""


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Names as a sentence carries them: the first ones, and how many more there are."""
    known = list(names)
    shown = ", ".join(known[:limit]) or "nothing"
    return shown if len(known) <= limit else f"{shown} and {len(known) - limit} more"


def _table(node: Mapping[str, Any]) -> TableContract:
    delivery = _delivery(node)
    patterns = delivery.get("files") or [f"{node['name']}*"]
    return TableContract(
        system=node["source_name"],
        table=node["name"],
        delivery_patterns=(patterns,) if isinstance(patterns, str) else tuple(patterns),
        columns=tuple(
            _column(node, column)
            for column in node["columns"].values()
            if column["name"] not in LOAD_COLUMNS
        ),
        form=_form(node, delivery),
        declared_in=_declared_in(node),
    )


def _delivery(node: Mapping[str, Any]) -> dict[str, Any]:
    """`meta: delivery` of a table, over that of its source; names of files may stand alone."""
    found: dict[str, Any] = {}
    for meta in (node.get("source_meta") or {}, _meta(node)):
        declared = meta.get("delivery") or {}
        found |= declared if isinstance(declared, Mapping) else {"files": declared}
    return found


def _form(node: Mapping[str, Any], delivery: Mapping[str, Any]) -> DeliveryForm:
    where = f"`delivery` of source {node['source_name']}.{node['name']}"
    correct = f"correct it in {_declared_in(node)}"
    if unknown := sorted(set(delivery) - set(_DELIVERY_KEYS)):
        raise EmporiumError(
            f"{where} declares {listed(unknown)}, where {listed(_DELIVERY_KEYS)} are known: "
            f"{correct}."
        )
    encodings = delivery.get("encoding") or DeliveryForm.encodings
    known = []
    for encoding in [encodings] if isinstance(encodings, str) else encodings:
        try:
            known.append(codecs.lookup(encoding).name)
        except LookupError as error:
            raise EmporiumError(
                f"{where} declares the encoding '{encoding}', which is none: {correct}."
            ) from error
    header_row = delivery.get("header_row")
    if header_row is not None and (not isinstance(header_row, int) or header_row < 1):
        raise EmporiumError(
            f"{where} declares the header_row '{header_row}', which is no line, from 1: {correct}."
        )
    for fault in _faults_of_values(delivery):
        raise EmporiumError(f"{where} declares {fault}: {correct}.")
    return DeliveryForm(tuple(known), delivery.get("delimiter"), header_row, delivery.get("sheet"))


def _faults_of_values(delivery: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with how the values of a table are declared to be written."""
    dates, zone = delivery.get("dates"), delivery.get("time_zone")
    if dates is not None and dates not in _DATES:
        yield f"dates '{dates}', which are none of {listed(_DATES)}"
    if zone is not None and zone not in available_timezones():
        yield f"the time_zone '{zone}', which is none, such as Asia/Shanghai"
    marks = [delivery.get(name) for name in ("decimal_mark", "thousands_mark")]
    for name, mark in zip(("decimal_mark", "thousands_mark"), marks, strict=True):
        if mark is not None and mark not in _MARKS:
            yield f"the {name} '{mark}', which is none of {listed(map(repr, _MARKS))}"
    if (marks[0] or ".") == marks[1]:
        yield f"'{marks[1]}' as the mark of decimals and of thousands"
    units = delivery.get("units") or {}
    if not isinstance(units, Mapping):
        yield f"units '{units}', where words and what they stand for are meant, such as 万: 10000"
        return
    for unit, factor in units.items():
        if not str(unit).isalpha() or not isinstance(factor, int) or factor < 1:
            yield f"the unit '{unit}' as {factor}, where a word and a whole number are meant"


def _column(node: Mapping[str, Any], column: Mapping[str, Any]) -> ColumnContract:
    declared = str(column.get("data_type") or "")
    try:
        data_type = str(duckdb.sqltype(declared))
    except duckdb.Error as error:
        raise EmporiumError(
            f"Column {column['name']} of source {node['source_name']}.{node['name']} declares the "
            f"data_type '{declared}', which DuckDB does not know: correct it in "
            f"{_declared_in(node)}."
        ) from error
    return ColumnContract(column["name"], data_type, bool(_meta(column).get("required", True)))


def _declared_in(node: Mapping[str, Any]) -> str:
    return str(node.get("original_file_path", TableContract.declared_in))


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """`meta` of a manifest node: dbt keeps it under `config`, and used to keep it beside it."""
    config = node.get("config") or {}
    return {**(node.get("meta") or {}), **(config.get("meta") or {})}


def _is_nested(data_type: str) -> bool:
    return data_type.endswith("]") or data_type.startswith(_NESTED_TYPES)


def _plural(noun: str, things: Sequence[object]) -> str:
    return noun if len(things) == 1 else f"{noun}s"
