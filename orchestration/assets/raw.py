"""The raw zone as assets: one per source table."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.contracts import TableContract, contracts
from orchestration.errors import EmporiumError, told_to_dagster
from orchestration.landing import check_writable, land, unmatched_files
from orchestration.progress import progress
from orchestration.project import Project
from orchestration.raw_zone import RawTable, inspect
from orchestration.resources import Warehouse


class Delivery(dg.Config):
    """Files to land before the run looks at the raw zone; empty when others land them."""

    system: str = ""
    folder: str = ""


def raw_assets(project: Project) -> dg.AssetsDefinition:
    """The source tables of the enabled systems: lands a delivery, then checks all landed files."""
    tables = {
        (contract.system, contract.table): contract
        for system in project.source_systems
        for contract in contracts(project.manifest, system)
    }
    specs = [
        dg.AssetSpec(
            key=[node["source_name"], node["name"]],
            group_name="raw",
            kinds={"parquet"},
            description=node["description"],
            metadata={
                "dagster/column_schema": dg.TableSchema(
                    [
                        dg.TableColumn(
                            column["name"], column["data_type"], description=column["description"]
                        )
                        for column in node["columns"].values()
                    ]
                )
            },
        )
        for node in project.manifest["sources"].values()
        if (node["source_name"], node["name"]) in tables
    ]

    @dg.multi_asset(name="land", specs=specs)
    def raw(
        context: dg.AssetExecutionContext, config: Delivery, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[Any]]:
        """Lands the delivery, all or nothing, and reads the footers of all landed files."""
        with told_to_dagster():
            check_writable(warehouse.paths)
            if config.folder:
                expected = [tables[key] for key in tables if key[0] == config.system]
                _land(Path(config.folder), expected, warehouse.paths.raw)
            found = inspect(warehouse.paths.raw, list(tables.values()))
            if not any(table.files for table in found):
                raise EmporiumError(
                    f"No data has landed for {', '.join(project.source_systems)}: put files into "
                    f"{warehouse.paths.raw}/<system>/<table>/, or land a folder of exports with "
                    "RAW=<folder>."
                )
            _check_as_of(as_of_of(context), found)
            for table in found:
                _report(table)
                yield dg.MaterializeResult(
                    asset_key=[table.system, table.table], metadata=_metadata(table)
                )

    return raw


def _land(folder: Path, expected: Sequence[TableContract], raw: Path) -> None:
    """Lands a delivery, and tells of each file how it was read."""
    for file in land(folder, expected, raw, datetime.now(UTC)):
        done = "landed before" if file.already_landed else f"landed, {file.rows:,} rows"
        read_as = f" ({file.read_as})" if file.read_as else ""
        progress.info("%s: %s%s", file.source.name, done, read_as)
    for aside in unmatched_files(folder, expected):
        progress.warning("%s: left aside, no table is delivered under such a name", aside.name)


def as_of_of(context: dg.AssetExecutionContext) -> str:
    """The first day not covered, as the run was told; empty: as the project says."""
    steps: Any = context.run.run_config.get("ops") or {}
    return str(((steps.get("build") or {}).get("config") or {}).get("as_of") or "")


def _check_as_of(as_of: str, found: Sequence[RawTable]) -> None:
    """Nobody knows today what a day will have brought that is later than all that was loaded.

    Where a file does not tell when it was loaded, neither does this.
    """
    landed = [table for table in found if table.files]
    loaded = [table.newest_loaded_at for table in landed if table.newest_loaded_at is not None]
    if not as_of or not loaded or len(loaded) < len(landed):
        return
    latest = max(loaded).date() + timedelta(days=1)
    if date.fromisoformat(as_of) > latest:
        raise EmporiumError(
            f"AS_OF is {as_of}, but what has landed was loaded on {max(loaded):%Y-%m-%d} at the "
            f"latest: name no day after {latest}, or leave it out."
        )


def _report(table: RawTable) -> None:
    if not table.files:
        return
    rows = "rows not counted" if table.rows is None else f"{table.rows:,} rows"
    progress.info("%s.%s: %s in %d file(s)", table.system, table.table, rows, table.files)
    if table.extra_columns:
        progress.warning(
            "%s.%s: kept in the raw zone, but not used, are columns unknown to its contract: %s",
            table.system,
            table.table,
            ", ".join(table.extra_columns),
        )


def _metadata(table: RawTable) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "files": dg.MetadataValue.int(table.files),
        "size_bytes": dg.MetadataValue.int(table.bytes),
        "columns_not_in_contract": dg.MetadataValue.text(", ".join(table.extra_columns) or "none"),
    }
    if table.rows is not None:
        metadata["dagster/row_count"] = dg.MetadataValue.int(table.rows)
    if table.newest_loaded_at is not None:
        loaded = table.newest_loaded_at.replace(tzinfo=UTC).timestamp()
        metadata["newest_loaded_at"] = dg.MetadataValue.timestamp(loaded)
    return metadata
