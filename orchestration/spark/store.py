"""What readers of Spark have: views, and behind them a store of the last versions.

Readers ask views in a database for each mart, `published_sales.fct_orders`. A view selects the
version of its mart that the view `store.versions` calls readable, out of a table of the store that
keeps each version in a partition of its own. So one change of one entry of the metastore, the text
of `store.versions`, makes all that a run has cleared readable at once, and takes it back again.

That change is `alter view`, a single call. `create or replace view` is none: Spark drops the view
and creates another, and between the two there is nothing to read.

The rest follows from `store.versions` and may be done before or after, by this process or, if it is
killed, by the next: `mend` does what is left to do.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from expectations.spark_tables import ROW_PARTITION
from orchestration.engines import Column

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

KEPT_VERSIONS = 5
VERSIONS = "store.versions"
# The partition of a stored table. Hive's metastore cannot filter by a name with a leading
# underscore, and not everywhere by a number.
VERSION = "store_version"

State = Literal["readable", "kept", "withdrawn"]


class Entry(NamedTuple):
    """The content that a mart has in a version: the version that first had it.

    Attributes:
        state: whether readers have the version, may have it back, or were spared it by a roll-back.
    """

    version: int
    state: State
    mart: str
    content: int


@dataclass(frozen=True)
class Shape:
    """What a table looks like: its columns, and what its comment says."""

    columns: tuple[Column, ...]
    comment: str | None

    @cached_property
    def digest(self) -> str:
        """Tells shapes apart, in the name of a stored table."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


class Stored(NamedTuple):
    """A table of the store: one table of a mart in one shape."""

    mart: str
    table: str
    shape: str

    @property
    def name(self) -> str:
        """Its name, quoted."""
        return f"store.`{self.mart}__{self.table}__{self.shape}`"


@dataclass
class Known:
    """What the store and the readers' databases hold, read once by whoever holds their lock.

    Each function that changes them keeps it up to date.

    Attributes:
        entries: what `store.versions` says.
        tables: the tables of the store, each with its versions.
        views: database -> view -> its query, None while nobody has looked.
    """

    entries: list[Entry]
    tables: dict[Stored, set[int]]
    views: dict[str, dict[str, str | None]]


def known(session: "SparkSession") -> Known:
    """Reads it."""
    databases = [row[0] for row in session.sql("show databases like 'published_*'").collect()]
    return Known(
        entries(session),
        _stored(session),
        {
            name: dict.fromkeys(_listed_names(session, f"show views in {name}", "viewName"))
            for name in databases
        },
    )


def entries(session: "SparkSession") -> list[Entry]:
    """Every mart of every kept version; empty before the first publication."""
    if not session.catalog.tableExists(VERSIONS):
        return []
    return [Entry(*row) for row in session.table(VERSIONS).collect()]


def readable(found: Iterable[Entry]) -> dict[str, int]:
    """Mart -> the content that readers have."""
    return {entry.mart: entry.content for entry in found if entry.state == "readable"}


def readable_version(found: Iterable[Entry]) -> int:
    """The version that readers have; 0 if there is none."""
    return max((entry.version for entry in found if entry.state == "readable"), default=0)


def with_version(found: Sequence[Entry], version: int, marts: Iterable[str]) -> list[Entry]:
    """What `store.versions` says once these marts are published, all others carried over."""
    contents = readable(found) | dict.fromkeys(marts, version)
    return _last(
        [entry._replace(state="kept") if entry.state == "readable" else entry for entry in found]
        + [Entry(version, "readable", mart, content) for mart, content in sorted(contents.items())]
    )


def without_version(found: Sequence[Entry], back_to: int) -> list[Entry]:
    """What it says once the readable version is withdrawn and an earlier one is back."""
    states: dict[str, State] = {"readable": "withdrawn"}
    return _last(
        [
            entry._replace(
                state="readable" if entry.version == back_to else states.get(entry.state, "kept")
            )
            if entry.state != "withdrawn"
            else entry
            for entry in found
        ]
    )


def of_version(content: int) -> str:
    """The rows that a stored table has in a version, as a condition."""
    return f"{VERSION} = '{content}'"


@lru_cache(maxsize=1000)
def _shape_of_stored(session: "SparkSession", table: Stored) -> Shape:
    """The shape of a table of the store, which its name fixes."""
    return shape_of(session, table.name)


def shape_of(session: "SparkSession", relation: str) -> Shape:
    """The shape in which readers see a table or view, given as `schema.name`."""
    columns = tuple(
        Column(field.name, field.dataType.simpleString(), field.metadata.get("comment"))
        for field in session.table(relation).schema.fields
        if field.name not in (VERSION, ROW_PARTITION)
    )
    return Shape(columns, session.catalog.getTable(relation).description)


def keep(
    session: "SparkSession",
    known: Known,
    place: tuple[str, str],
    rows: "DataFrame",
    shape: Shape,
    version: int,
) -> None:
    """Puts a table into the store, where nobody sees it yet.

    Args:
        place: its mart and its name.
    """
    stored = Stored(*place, shape.digest)
    if not known.tables:
        session.sql("create database if not exists store")
    if stored not in known.tables:
        columns = ", ".join(
            f"`{column.name}` {column.type}" + _comment(column.description)
            for column in shape.columns
        )
        session.sql(
            f"create table if not exists {stored.name} ({columns}, {VERSION} string) using parquet "
            f"partitioned by ({VERSION}){_comment(shape.comment)}"
        )
    session.sql(
        f"insert overwrite {stored.name} partition ({of_version(version)}) "
        f"select {_listed(shape)} from {{rows}}",
        rows=rows,
    )
    # Without a row there is no file, and without that no partition.
    session.sql(f"alter table {stored.name} add if not exists partition ({of_version(version)})")
    known.tables.setdefault(stored, set()).add(version)


def swap(session: "SparkSession", known: Known, found: Sequence[Entry]) -> None:
    """Makes a version readable: the one step that readers notice, and it is atomic.

    While it happens, views know both the shape that a table had and the one that it gets.
    """
    _show(session, known, readable(known.entries), readable(found))
    rows = ", ".join(
        f"({entry.version}, '{entry.state}', '{entry.mart}', {entry.content})" for entry in found
    )
    text = f"select * from values {rows} as versions (version, state, mart, content)"
    session.sql(
        f"alter view {VERSIONS} as {text}"
        if known.entries
        else f"create view {VERSIONS} comment 'One row per kept version and mart: which content of "
        f"the store it has, and whether readers have it.' as {text}"
    )
    known.entries = list(found)


def mend(session: "SparkSession", known: Known) -> None:
    """Does what a version needs beside the swap, and what a killed process left undone.

    Views show the tables of the readable version in their shape, there are no others, and the store
    keeps nothing that no kept version has.
    """
    wanted = {(entry.mart, entry.content) for entry in known.entries}
    for table, versions in known.tables.items():
        for version in sorted(versions):
            if (table.mart, version) not in wanted:
                session.sql(f"alter table {table.name} drop partition ({of_version(version)})")
                versions.remove(version)
    _show(session, known, readable(known.entries))
    for table in [table for table, versions in known.tables.items() if not versions]:
        session.sql(f"drop table {table.name}")
        del known.tables[table]


def published(session: "SparkSession") -> list[tuple[Stored, int]]:
    """The stored tables that readers have, each with the version in which."""
    contents = readable(entries(session))
    return [
        (table, contents[table.mart])
        for table, versions in _stored(session).items()
        if contents.get(table.mart) in versions
    ]


def _last(found: list[Entry]) -> list[Entry]:
    """The last versions, and those withdrawn that are not older."""
    alive = sorted({entry.version for entry in found if entry.state != "withdrawn"})
    oldest = min(alive[-KEPT_VERSIONS:], default=0)
    return [entry for entry in found if entry.version >= oldest]


def _stored(session: "SparkSession") -> dict[Stored, set[int]]:
    """The tables of the store, each with its versions."""
    if not session.catalog.databaseExists("store"):
        return {}
    names = _listed_names(session, "show tables in store", "tableName")
    stored = [Stored(*name.split("__")) for name in names if name.count("__") == 2]
    return {
        table: {
            int(row["partition"].split("=")[1])
            for row in session.sql(f"show partitions {table.name}").collect()
        }
        for table in stored
    }


def _listed_names(session: "SparkSession", listing: str, column: str) -> list[str]:
    """What a database has. Spark lists the session's temporary views everywhere: not those."""
    found = session.sql(listing).collect()
    return [row[column] for row in found if not row["isTemporary"]]


def _show(
    session: "SparkSession",
    known: Known,
    contents: Mapping[str, int],
    coming: Mapping[str, int] | None = None,
) -> None:
    """Brings the readers' views in line with what they are to have.

    Args:
        contents: mart -> content.
        coming: mart -> content that a swap is about to show. Views are then prepared for that, and
            none is made or taken away.
    """
    shown: dict[str, dict[str, Stored]] = {}
    for table, versions in known.tables.items():
        if contents.get(table.mart) in versions:
            shown.setdefault(table.mart, {})[table.table] = table
    for mart in sorted({*shown, *(name.removeprefix("published_") for name in known.views)}):
        database = f"published_{mart}"
        if database not in known.views:
            if coming is not None:
                continue
            session.sql(f"create database {database}")
            known.views[database] = {}
        present = known.views[database]
        for name, table in sorted(shown.get(mart, {}).items()):
            others = [
                other
                for other, versions in known.tables.items()
                if coming is not None
                and (other.mart, other.table) == (mart, name)
                and coming.get(mart) in versions
                and other != table
            ]
            if coming is not None and not others:
                continue
            text = _text(session, table, others)
            if name in present:
                _alter(session, f"{database}.`{name}`", present[name], text, table)
            elif coming is None:
                comment = _shape_of_stored(session, table).comment
                session.sql(f"create view {database}.`{name}`{_comment(comment)} as {text}")
            else:
                continue
            present[name] = text
        if coming is None:
            for name in sorted(present.keys() - shown.get(mart, {}).keys()):
                session.sql(f"drop view {database}.`{name}`")
                del present[name]


def _alter(
    session: "SparkSession", view: str, present: str | None, text: str, table: Stored
) -> None:
    """Gives a view another text, unless it has that."""
    if present is None:
        described = session.sql(f"describe extended {view}").collect()
        [present] = [row["data_type"] for row in described if row["col_name"] == "View Text"]
    if text != present:
        session.sql(f"alter view {view} as {text}")
        comment = _literal(_shape_of_stored(session, table).comment or "")
        session.sql(f"alter view {view} set tblproperties ('comment' = {comment})")


def _text(session: "SparkSession", table: Stored, others: Sequence[Stored]) -> str:
    """The query of a view: the readable version in one shape, whatever table it lies in."""
    shape = _shape_of_stored(session, table)
    selects = [_select(table, _listed(shape))]
    for other in others:
        has = {column.name for column in _shape_of_stored(session, other).columns}
        selects.append(
            _select(
                other,
                ", ".join(
                    f"try_cast({_name(column) if column.name in has else 'null'} as {column.type}) "
                    f"as {_name(column)}"
                    for column in shape.columns
                ),
            )
        )
    return " union all ".join(selects)


def _select(table: Stored, columns: str) -> str:
    return (
        f"select {columns} from {table.name} where {VERSION} = (select cast(content as string) "
        f"from {VERSIONS} where state = 'readable' and mart = '{table.mart}')"
    )


def _listed(shape: Shape) -> str:
    return ", ".join(map(_name, shape.columns))


def _name(column: Column) -> str:
    return f"`{column.name}`"


def _comment(text: str | None) -> str:
    return f" comment {_literal(text)}" if text else ""


def _literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
