"""The engines that build, audit and publish: one interface, so that a run need not know which."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from orchestration.paths import Paths

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow

    from expectations.runner import Tables
    from expectations.suite import Baseline
    from orchestration.history import Publication, Run


@dataclass(frozen=True)
class Column:
    """A column as the engine's own catalogue knows it; the type as the engine spells it."""

    name: str
    type: str
    description: str | None


@dataclass(frozen=True)
class Relation:
    """A table, or a view, which has no `rows` of its own."""

    columns: tuple[Column, ...]
    rows: int | None


@dataclass(frozen=True)
class InvalidTable:
    """A source table of which no row kept its contract, and the rule that most rows broke."""

    source_system: str
    source_table: str
    rows: int
    rule: str


@dataclass(frozen=True)
class Answer:
    """What a query found."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class Engine(Protocol):
    """Where candidates are built, audited and published.

    Every method raises `EmporiumError` for what a user can mend: a missing installation, a service
    that is not there, too little memory or disk.
    """

    def require(self) -> None:
        """Sees to it that this machine has what the engine needs, before anything is done."""

    def make_way(self) -> None:
        """Sees to it that a publication can take the place of what readers have, before a run."""

    def close(self) -> None:
        """Lets go of what was built, so that dbt's process can have it."""

    def plain(self, message: str) -> str:
        """An error that the engine gave to dbt, in the words that matter."""

    @property
    def candidates(self) -> str:
        """Where the candidates lie, for a person."""

    @property
    def readers(self) -> str:
        """What readers open, for a person."""

    def as_of(self) -> date | None:
        """First day that the built data does not cover; None if nothing is built or has a day."""

    def relations(self, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Relation]:
        """Those of the wanted relations, by schema and name, that have been built."""

    def ledger(self, table: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """Rows of a table of `meta` that tells what became of rows."""

    def all_rows_invalid(self) -> InvalidTable | None:
        """A source table without a valid row, if there is one."""

    def read(self, schema: str, table: str) -> "pd.DataFrame | None":
        """A small table that has been built; None if it has not."""

    def write(
        self, schema: str, table: str, columns: Mapping[str, str], rows: "pd.DataFrame"
    ) -> None:
        """Puts rows in the place of a table's: its columns with their types, in their order."""

    def clear(self, mart: str) -> None:
        """The gate of a mart was green: its candidate may be published until dbt builds it anew."""

    def withdraw(self, mart: str) -> None:
        """The gate of a mart was red."""

    def cleared_marts(self) -> set[str]:
        """The marts whose candidates their gates let through."""

    def tables(self) -> "Tables":
        """What a gate looks at: candidates, and as `published` what readers have."""

    def baseline(self, as_of: date) -> "Baseline":
        """What readers have, for a candidate to be compared with."""

    def ask(self, query: str) -> Answer:
        """Asks the readable tables, which the query names `published.mart.table`."""

    def attach_published(self, connection: "duckdb.DuckDBPyConnection") -> bool:
        """Attaches the history that was published as catalog `serving`; False before the first."""

    def publish(
        self, run: "Run", candidates: Mapping[str, Sequence[str]]
    ) -> tuple["Publication", ...]:
        """Makes the cleared candidates readable, all at once."""

    def rollback(self, at: datetime) -> int:
        """Makes the version before the present one readable again, and says which that is."""


# Types of columns that are called otherwise in Arrow.
_ARROW = {"bigint": "int64", "boolean": "bool", "timestamp": "timestamp[us]"}


def arrow_of(columns: Mapping[str, str], rows: "pd.DataFrame") -> "pyarrow.Table":
    """Rows with declared columns and types; what is missing is null, not NaN."""
    import pyarrow

    schema = pyarrow.schema(
        [(name, pyarrow.type_for_alias(_ARROW.get(kind, kind))) for name, kind in columns.items()]
    )
    return pyarrow.Table.from_pandas(rows, schema=schema, preserve_index=False)


@cache
def engine_of(paths: Paths) -> Engine:
    """The engine of a data folder's target; one for each folder and target of this process."""
    if paths.engine == "spark":
        from orchestration.engines.spark import Spark

        return Spark(paths)
    from orchestration.engines.duckdb_file import DuckDBFile

    return DuckDBFile(paths)
