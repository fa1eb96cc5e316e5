"""Writes every table and view that dbt built on Spark as Parquet files, for DuckDB to read.

A process of its own: whoever opens Spark's catalogue keeps it until the process ends.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.spark_tables import ROW_PARTITION
from orchestration.paths import Paths
from orchestration.spark.session import start

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def write(spark: "SparkSession", relations: Iterable[str], folder: Path) -> None:
    """Writes `<folder>/<schema>.<table>/*.parquet`."""
    for relation in relations:
        rows = spark.table(relation).drop(ROW_PARTITION)
        rows.coalesce(1).write.mode("overwrite").parquet(str(folder / relation))


if __name__ == "__main__":
    write(
        start(replace(Paths.from_environment(), dbt_target="spark")),
        json.loads(sys.stdin.read()),
        Path(sys.argv[1]),
    )
