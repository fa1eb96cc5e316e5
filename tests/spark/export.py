"""Writes every table and view that dbt built on Spark as Parquet files, for DuckDB to read.

A process of its own: whoever opens Spark's catalogue keeps it until the process ends.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

from expectations.spark_tables import ROW_PARTITION
from orchestration.paths import Paths
from orchestration.spark.session import start


def main(folder: Path, relations: list[str]) -> None:
    """Writes `<folder>/<schema>.<table>/*.parquet`."""
    spark = start(replace(Paths.from_environment(), dbt_target="spark"))
    for relation in relations:
        rows = spark.table(relation).drop(ROW_PARTITION)
        rows.coalesce(1).write.mode("overwrite").parquet(str(folder / relation))


main(Path(sys.argv[1]), json.loads(sys.stdin.read()))
