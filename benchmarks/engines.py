"""One computation by two engines: by the project's SQL in DuckDB, and written anew for Polars.

Both read the same Parquet files in a folder that `prepare` filled, in a process of their own
(`python -m benchmarks.sessions <duckdb | polars> <folder>`, and so for funnels), and write
`<engine>.parquet` there.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

DUCKDB, POLARS = ENGINES = ("DuckDB", "Polars")


@dataclass(frozen=True)
class Comparison:
    """What both engines compute.

    Attributes:
        inputs: model or seed that is read -> the columns that are needed; events come first.
        models: what the project makes of them, in the order in which it is built; the last one is
            the result.
        polars: the same, from a prepared folder.
        columns: those of the result that have to be the same.
        restated: column -> SQL that makes it of what Polars finds, where that has no such column.
    """

    inputs: Mapping[str, str]
    models: tuple[str, ...]
    polars: Callable[[Path], "pl.LazyFrame"]
    columns: tuple[str, ...]
    restated: Mapping[str, str] = field(default_factory=dict)

    def events(self, folder: Path) -> Path:
        """The file of the events that are read."""
        return _input(folder, next(iter(self.inputs)))


def prepare(comparison: Comparison, target: Path, warehouse: Path, folder: Path) -> None:
    """Puts the inputs, as a built warehouse holds them, and the SQL of the models into a folder.

    Args:
        target: dbt's artifacts of that build.
    """
    import duckdb

    manifest = json.loads((target / "manifest.json").read_text())
    nodes = {node["name"]: node for node in manifest["nodes"].values()}
    plan = {
        "inputs": {name: _relation(nodes[name]) for name in comparison.inputs},
        "models": [
            (_relation(nodes[name]), _sql(target, nodes[name])) for name in comparison.models
        ],
        "vars": _variables(target),
    }
    (folder / "plan.json").write_text(json.dumps(plan))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for name, columns in comparison.inputs.items():
            connection.execute(
                f"copy (select {columns} from {_relation(nodes[name])}) to '{_input(folder, name)}'"
            )


def _relation(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node['name']}"


def _sql(target: Path, node: Mapping[str, Any]) -> str:
    compiled = target / "compiled" / str(node["package_name"]) / str(node["original_file_path"])
    return compiled.read_text()


def _variables(target: Path) -> dict[str, object]:
    import yaml

    from orchestration.paths import PROJECT_DIR

    declared: dict[str, object] = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())
    given = json.loads((target / "run_results.json").read_text())["args"].get("vars") or {}
    variables = declared["vars"]
    assert isinstance(variables, dict)  # noqa: S101
    return {**variables, **given}


def _input(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def _plan(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "plan.json").read_text()))


def scan(folder: Path, name: str) -> "pl.LazyFrame":
    """An input, for Polars."""
    import polars as pl

    return pl.scan_parquet(_input(folder, name))


def variable(folder: Path, name: str) -> float:
    """A number among the variables of the project, as the build had it."""
    return float(_plan(folder)["vars"][name])


def compute(comparison: Comparison, engine: str, folder: Path) -> None:
    """Computes the result by one of the engines, `duckdb` or `polars`, from a prepared folder."""
    result = folder / f"{engine}.parquet"
    if engine == "polars":
        # Lazily, with the engine that streams where it can.
        comparison.polars(folder).sink_parquet(result, engine="streaming")
    else:
        _by_duckdb(folder, result)


def _by_duckdb(folder: Path, result: Path) -> None:
    """The project's own SQL, over the inputs as Parquet files."""
    import duckdb

    plan = _plan(folder)
    # Called as dbt's file, because the SQL names it.
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, relation in plan["inputs"].items():
            connection.execute(f"create schema if not exists {relation.partition('.')[0]}")
            connection.execute(f"create view {relation} as from '{_input(folder, name)}'")
        for relation, statement in plan["models"]:
            connection.execute(f"create table {relation} as {statement}")
        connection.execute(f"copy {plan['models'][-1][0]} to '{result}'")


def require_same_rows(comparison: Comparison, folder: Path) -> int:
    """Both engines found the same rows, or the comparison would compare nothing.

    Returns:
        The number of rows.

    Raises:
        EmporiumError: they did not.
    """
    import duckdb

    from orchestration.errors import EmporiumError

    restated = (comparison.restated.get(column, column) for column in comparison.columns)
    by_duckdb = f"select {', '.join(comparison.columns)} from '{folder / 'duckdb.parquet'}'"
    by_polars = f"select {', '.join(restated)} from '{folder / 'polars.parquet'}'"
    missing, added, rows = duckdb.execute(
        f"select (select count(*) from ({by_duckdb} except all {by_polars})), "
        f"(select count(*) from ({by_polars} except all {by_duckdb})), "
        f"(select count(*) from ({by_duckdb}))"
    ).fetchall()[0]
    if missing or added:
        raise EmporiumError(
            f"Polars and the models of the project differ in {max(missing, added):,} of {rows:,} "
            f"rows of {comparison.models[-1]}: compare the files in {folder}."
        )
    return int(rows)


def main(comparison: Comparison, arguments: Sequence[str]) -> None:
    """Computes, as the command line says: an engine and a folder."""
    engine, folder = arguments
    compute(comparison, engine, Path(folder))
