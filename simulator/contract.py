"""The storefront's contract, which the simulator keeps and, on purpose, breaks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.paths import PROJECT_DIR

CONTRACT_FILE = PROJECT_DIR / "models" / "staging" / "storefront" / "_storefront__sources.yml"


@dataclass(frozen=True)
class Column:
    """One declared column.

    Attributes:
        accepted_values: the only values that it may have; empty if any.
        minimum: the smallest number that it may have, or None.
    """

    name: str
    data_type: str
    is_nullable: bool
    accepted_values: tuple[str, ...]
    minimum: float | None


@dataclass(frozen=True)
class Table:
    """One declared table.

    What tells shops apart that share numbers is optional: a world of one shop lacks it.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def timestamps(self) -> tuple[str, ...]:
        """The columns that tell when something happened to a row."""
        return tuple(column.name for column in self.columns if column.data_type == "timestamp")


def read_contract() -> dict[str, Table]:
    """The declared tables, by name."""
    import yaml

    [source] = yaml.safe_load(CONTRACT_FILE.read_text())["sources"]
    return {node["name"]: _table(node) for node in source["tables"]}


def _table(node: Mapping[str, Any]) -> Table:
    meta = node["config"]["meta"]
    columns = [
        column
        for column in node["columns"]
        if column["name"] not in meta.get("unique_within", []) or _is_required(column)
    ]
    return Table(node["name"], tuple(meta["key"]), tuple(map(_column, columns)))


def _is_required(node: Mapping[str, Any]) -> bool:
    return bool(node.get("config", {}).get("meta", {}).get("required", True))


def _column(node: Mapping[str, Any]) -> Column:
    meta = node.get("config", {}).get("meta", {})
    return Column(
        node["name"],
        node["data_type"],
        bool(meta.get("is_nullable")),
        tuple(str(value) for value in meta.get("accepted_values", [])),
        meta.get("minimum"),
    )
