"""A staging model names the columns that its source has: the rest is null, and slips are told."""

import json
import shutil
from pathlib import Path

import duckdb

from orchestration.paths import Paths
from tests.budget import count
from tests.orchestration.small_project import place, variables
from tests.project.builds import read_build
from tests.project.running import invoke

STAGING = Path("models") / "staging" / "corner_shop"


def test_what_a_source_lacks_is_null_of_the_declared_type(sold: Paths) -> None:
    """Of the model that reads landed rows, and of the one that is written on top of another."""
    with duckdb.connect(str(sold.warehouse), read_only=True) as connection:
        for model, column, data_type in (
            ("int_orders", "channel_id", "VARCHAR"),
            ("int_order_lines", "list_price", "DECIMAL(18,4)"),
        ):
            found = connection.execute(
                f"select typeof({column}), count(*), count({column}), count(order_id) "
                f"from intermediate.{model} group by all"
            ).fetchall()
            [(found_type, rows, filled, orders)] = found
            assert (found_type, filled) == (data_type, 0)
            assert rows == orders > 0


def test_a_misspelt_column_and_one_that_is_missing_are_named(
    copied_shop: Paths, corner_shop: Path, tmp_path: Path
) -> None:
    """Misspelt in the model that is written on top of another; missing in the landed rows."""
    project, paths = shutil.copytree(corner_shop, tmp_path / "project"), copied_shop
    edit(
        project / STAGING / "stg_corner_shop__order_lines.sql", "quantity,", "quantity as quantty,"
    )
    described = "          - name: placed_at\n            data_type: timestamp\n"
    told = "            description: Time of the order, in UTC.\n"
    edit(project / STAGING / "_corner_shop__sources.yml", described + told, "")
    count("builds", "the staging and conformed models of a broken corner shop")
    place(paths, project, corner_shop)
    selected = ("--select", "staging", "intermediate.conformed", "--vars", json.dumps(variables()))
    invoke(project, paths, paths.target, "run", *selected)
    said = read_build(paths).said
    assert (
        "stg_corner_shop__order_lines has the column quantty, which int_order_lines does not know. "
        "Rename it or leave it out; the closest that int_order_lines knows: quantity, "
    ) in said
    assert (
        "stg_corner_shop__orders lacks placed_at, which int_orders must know of every row. Name "
        "what lacks, with a constant where the source does not tell."
    ) in said


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
