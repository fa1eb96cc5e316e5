"""`python -m benchmarks.floor <raw zone>`: what reading the landed files alone takes.

Every value of every column is decoded once by DuckDB and nothing is made of it: no warehouse that
reads its landed files can be faster.
"""

import sys
from pathlib import Path


def scan(raw: Path) -> int:
    """Decodes all landed Parquet files below a folder, and counts their rows."""
    import duckdb

    rows = 0
    with duckdb.connect() as connection:
        for table in sorted({file.parent for file in raw.glob("*/*/*.parquet")}):
            files = [str(file) for file in sorted(table.glob("*.parquet"))]
            # The hash of a column asks for each of its values.
            row = connection.execute(
                "select count(*), bit_xor(hash(columns(*))) "
                "from read_parquet(?, union_by_name = true)",
                [files],
            ).fetchone()
            rows += row[0] if row else 0
    return rows


if __name__ == "__main__":
    print(scan(Path(sys.argv[1])))
