"""The whole contract of the simulated shop, landed and conformed."""

import duckdb
import yaml

from orchestration.paths import PROJECT_DIR, Paths
from simulator.contract import read_contract


def rows_of(paths: Paths, sql: str) -> dict[str, int]:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return dict(connection.execute(sql).fetchall())


def test_every_table_of_the_contract_lands_and_balances(storefront: Paths) -> None:
    valid = rows_of(
        storefront,
        "select source_table, rows_valid from meta.row_ledger where "
        "rows_landed = rows_valid + rows_superseded + rows_deleted + rows_quarantined",
    )
    assert set(valid) == set(read_contract())
    assert all(valid.values())


def test_every_conformed_entity_has_rows(storefront: Paths) -> None:
    settings = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())
    entities = [f"int_{name}" for name in settings["vars"]["system_entities"]["storefront"]]
    counts = (f"select '{name}', count(*) from intermediate.{name}" for name in entities)
    rows = rows_of(storefront, " union all ".join(counts))
    assert len(entities) == 33
    # Lines that broke their contract came right, too, and the world has one shop.
    assert [name for name in entities if not rows[name]] == [
        "int_order_lines_quarantined",
        "int_shared_order_numbers",
    ]
