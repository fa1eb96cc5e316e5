"""What Python computes lies on Spark as it does on DuckDB."""

import duckdb
import pandas as pd
import pytest

from orchestration.engines import Engine
from orchestration.engines.duckdb_file import DuckDBFile
from orchestration.engines.spark import Spark
from orchestration.paths import Paths

COLUMNS = {"name": "string", "lift": "double", "persons": "bigint", "is_called": "boolean"}
ROWS = pd.DataFrame(
    {
        "lift": [0.25, float("nan")],
        "name": ["video", None],
        "is_called": [True, False],
        "persons": [3, 4],
    }
)


def written(engine: Engine) -> list[list[object]]:
    """The rows that an engine reads after it has written them over others."""
    engine.write("analytics", "estimates", {"name": "string"}, ROWS)
    engine.write("analytics", "estimates", COLUMNS, ROWS)
    found = engine.read("analytics", "estimates")
    assert found is not None and list(found.columns) == list(COLUMNS)
    assert engine.read("analytics", "nothing") is None
    return found.astype(object).where(found.notna(), None).sort_values("persons").values.tolist()


@pytest.mark.spark
def test_both_engines_keep_the_declared_columns(
    spark: Spark, tmp_path_factory: pytest.TempPathFactory
) -> None:
    paths = Paths(tmp_path_factory.mktemp("duckdb"))
    paths.build.mkdir()
    duckdb.connect(str(paths.warehouse)).close()
    expected = [["video", 0.25, 3, True], [None, None, 4, False]]
    assert written(DuckDBFile(paths)) == expected
    assert written(spark) == expected
