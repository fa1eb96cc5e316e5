"""What DuckDB's engine tells of a machine that is too small."""

from pathlib import Path

import duckdb
import pytest

from orchestration.engines.duckdb_file import DuckDBFile
from orchestration.paths import Paths

SORTED = "create table sorted as select md5(i::varchar) from range(2000000) as _ (i) order by all"


def test_too_little_memory_is_told_in_one_clause(tmp_path: Path) -> None:
    with (
        duckdb.connect(config={"memory_limit": "16MB", "temp_directory": ""}) as connection,
        pytest.raises(duckdb.Error) as raised,
    ):
        connection.execute(SORTED)

    message = DuckDBFile(Paths(tmp_path)).plain(str(raised.value))
    assert message.startswith("it does not fit into the memory that DuckDB may take")
    assert message.endswith("EMPORIUM_THREADS=1")


@pytest.mark.parametrize(
    "said",
    [
        "IO Error: Could not write all bytes to file: No space left on device",
        "Out of Memory Error: failed to offload data block of size 256.0 KiB."
        "\nThis limit was set by the 'max_temp_directory_size' setting.",
    ],
)
def test_a_full_disk_is_told_in_one_clause(said: str, tmp_path: Path) -> None:
    assert DuckDBFile(Paths(tmp_path)).plain(said).startswith("the disk has no room")


def test_another_error_stays_as_it_is(tmp_path: Path) -> None:
    said = "Binder Error: no such column"
    assert DuckDBFile(Paths(tmp_path)).plain(said) == said
