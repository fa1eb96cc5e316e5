"""How the shop's tables become landed files, dirt included.

A row may arrive as it is, twice, first wrong and then right, or broken; and rows may arrive that
are deleted later. Every delivered row knows its place in its file, and what was done to it is
written to the truth by that place. Columns for the delivery itself begin with `dirt_`, because a
table may have a `rule` or a `loaded_at` of its own.
"""

from collections.abc import Collection
from pathlib import Path

import duckdb

from simulator.contract import Table, read_contract

# The exports come a few minutes after the fact; a correction or deletion a day or two after that.
_BATCH_MINUTES = 5

_CHOSEN = {
    "dirt_is_duplicate": "uniform('twice', dirt_key) < parameter('dirt.duplicates')",
    "dirt_is_deleted": "uniform('deleted', dirt_key) < parameter('dirt.deleted')",
    "dirt_is_corrected": "uniform('corrected', dirt_key) < parameter('dirt.corrected')",
    "dirt_is_malformed": "uniform('malformed', dirt_key) < parameter('dirt.malformed')",
}
"""Which rows get which kind of dirt."""

_ARRIVE_WITH = {"order_lines": "orders", "refund_lines": "refunds"}
"""Tables that have no clock of their own, and the table whose rows theirs arrive with."""


def deliver(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    rows: str,
    file: Path,
    lacking: Collection[str] = (),
) -> None:
    """Writes one file of a table into the raw zone, and what is dirty in it into `truth.dirt`.

    Args:
        rows: the name of a table with the clean rows, columns as in the contract.
        file: the Parquet file to write; `truth.late_files` tells if it arrives late.
        lacking: columns that this file does not have.
    """
    columns = ", ".join(
        f'cast("{column.name}" as {column.data_type}) as "{column.name}"'
        for column in table.columns
    )
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    delivered = ", ".join(
        f'"{column.name}"' for column in table.columns if column.name not in lacking
    )
    key = ", '|', ".join(f'"{name}"' for name in table.key)
    clock = f"coalesce({_clock(table)}, cast(first_day() as timestamp))"
    if parent := _ARRIVE_WITH.get(table.name):
        rows, clock = _with_parent(rows, read_contract()[parent]), "parent_clock"
    connection.execute(f"""
        create or replace temp view clean as
        select {columns},
            hash(xor(hash('{table.name}'), hash(concat({key})))) >> 1 as dirt_key,
            least(
                {clock} + coalesce(
                    (select days_late from truth.late_files where source_file = '{file.name}'), 0
                ) * interval 1 day,
                utc(cast(as_of() as timestamp)) - interval {_BATCH_MINUTES + 1} minute
            ) + interval {_BATCH_MINUTES} minute as dirt_arrives_at
        from {rows}
    """)
    # Few rows are dirty, and each kind of dirt looks for its own among them. What each looks for
    # stands in a column: to understand the same macros for every kind takes longer than to copy.
    kinds = ", ".join(f"{expression} as {kind}" for kind, expression in _CHOSEN.items())
    connection.execute(f"""
        create temp table chosen as
        select
            *,
            pick('which rule', dirt_key, {len(_breaks(table))}) as dirt_rule_number,
            cast(dirt_arrives_at + (1 + 47 * uniform('twice at', dirt_key)) * interval 1 hour
                as timestamp) as dirt_arrives_again_at
        from (select *, {kinds} from clean)
        where {" or ".join(_CHOSEN)}
    """)
    queries = [_plain(names), _twice(names), *_deleted(table)]
    if wrong := _wrong(table):
        queries.append(_corrected(wrong))
    queries += _broken(table)
    # A table, because DuckDB does not sort a union of queries within its memory; and a number,
    # because it sorts keys of a fixed size best.
    numbered = (
        f"select *, {number} as dirt_number from ({query})" for number, query in enumerate(queries)
    )
    connection.execute(f"create temp table arriving as {' union all '.join(numbered)}")
    connection.execute(f"""
        insert into truth.dirt
        select '{table.name}', '{file.name}', _source_row, dirt_kind, dirt_rule
        from ({_in_order("dirt_kind, dirt_rule")})
        where dirt_kind != 'plain'
    """)
    file.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"""
        copy (
            select {delivered}, _loaded_at, _is_deleted, '{file.name}' as _source_file, _source_row
            from ({_in_order(f"{delivered}, _loaded_at, _is_deleted")})
        ) to '{file}' (format parquet, compression zstd)
    """)
    connection.execute("drop table chosen")
    connection.execute("drop table arriving")


def _in_order(columns: str) -> str:
    """Rows that arrive, numbered in the order of their arrival."""
    return f"""
        select
            {columns},
            row_number() over () as _source_row
        from (select * from arriving order by _loaded_at, dirt_key, dirt_number) as ordered
    """


def _plain(names: str) -> str:
    return _query(names, "dirt_arrives_at", "false", "'plain'", "true", rows="clean")


def _twice(names: str) -> str:
    """The same row once more, hours later."""
    return _query(names, "dirt_arrives_again_at", "false", "'duplicate'", "dirt_is_duplicate")


def _deleted(table: Table) -> tuple[str, str]:
    """A row of a key of its own, and later its deletion."""
    fake = _with(table, _other_key(table))
    chosen = "dirt_is_deleted"
    return (
        _query(fake, "dirt_arrives_at", "false", "'to be deleted'", chosen),
        _query(fake, "dirt_arrives_at + interval 1 day", "true", "'deletion'", chosen),
    )


def _corrected(wrong: str) -> str:
    """A wrong row before the right one."""
    return _query(
        wrong,
        "dirt_arrives_at - interval 2 minute",
        "false",
        "'corrected'",
        "dirt_is_corrected",
    )


def _broken(table: Table) -> list[str]:
    """Rows that break a rule of the contract that can be broken without changing a type."""
    breaks = list(enumerate(_breaks(table)))
    if not breaks:
        return []
    rules = " ".join(f"when {number} then '{rule}'" for number, (rule, _, _) in breaks)
    columns = []
    for column in table.columns:
        wrong = " ".join(
            f"when {number} then cast({value} as {column.data_type})"
            for number, (_, name, value) in breaks
            if name == column.name
        )
        columns.append(
            f'case dirt_rule_number {wrong} else "{column.name}" end as "{column.name}"'
            if wrong
            else f'"{column.name}"'
        )
    later, rule = "dirt_arrives_at + interval 1 minute", f"case dirt_rule_number {rules} end"
    return [_query(", ".join(columns), later, "false", "'malformed'", "dirt_is_malformed", rule)]


def _breaks(table: Table) -> list[tuple[str, str, str]]:
    """Rules that a row may break: what is wrong, in which column, and a value that is."""
    found: list[tuple[str, str, str]] = []
    for column in table.columns:
        if column.name in table.key:
            continue
        if not column.is_nullable:
            found.append((f"{column.name} is missing", column.name, "null"))
        if column.accepted_values and column.data_type == "string":
            rule = f"{column.name} is none of its values"
            found.append((rule, column.name, "'no such value'"))
        if column.minimum is not None:
            rule = f"{column.name} is below its minimum"
            found.append((rule, column.name, f"{column.minimum - 1}"))
    return found


def _wrong(table: Table) -> str | None:
    """The row with one measure doubled, or None if the table has none to get wrong."""
    for column in table.columns:
        if column.data_type.startswith("decimal") and column.name not in table.key:
            return _with(table, {column.name: f'"{column.name}" * 2'})
    return None


def _with(table: Table, changes: dict[str, str]) -> str:
    """The columns of a row with some of them changed."""
    return ", ".join(
        f'cast({changes[column.name]} as {column.data_type}) as "{column.name}"'
        if column.name in changes
        else f'"{column.name}"'
        for column in table.columns
    )


def _other_key(table: Table) -> dict[str, str]:
    """A change that gives a row a key that no other has, in a key column that may hold anything."""
    key = next(
        column
        for column in table.columns
        if column.name in table.key and not column.accepted_values
    )
    if key.data_type == "string":
        return {key.name: f"\"{key.name}\" || '-x'"}
    if key.data_type == "date":
        return {key.name: f'"{key.name}" - interval 20 year'}
    return {key.name: f'-"{key.name}"'}


def _query(
    columns: str,
    loaded_at: str,
    is_deleted: str,
    kind: str,
    chosen: str,
    rule: str = "null",
    rows: str = "chosen",
) -> str:
    return (
        f"select {columns}, cast({loaded_at} as timestamp) as _loaded_at, "
        f"{is_deleted} as _is_deleted, dirt_key, {kind} as dirt_kind, "
        f"cast({rule} as varchar) as dirt_rule from {rows} where {chosen}"
    )


def _clock(table: Table) -> str:
    """When a row was last touched: the latest of its timestamps, or its day; null if neither."""
    stamps = [f'"{name}"' for name in table.timestamps()]
    days = [
        f'cast("{column.name}" as timestamp)'
        for column in table.columns
        if column.data_type == "date"
    ]
    return f"greatest({', '.join(stamps or days or ['cast(null as timestamp)'])})"


def _with_parent(rows: str, parent: Table) -> str:
    """The rows, each with the `parent_clock` of the row that it belongs to."""
    key = ", ".join(parent.key)
    return (
        f"{rows} join (select {key}, {_clock(parent)} as parent_clock from shop.{parent.name}) "
        f"using ({key})"
    )
