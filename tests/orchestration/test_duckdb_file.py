"""What DuckDB's engine tells of a machine that is too small."""

from argparse import Namespace
from itertools import product
from pathlib import Path

import duckdb
import pytest
from dbt.config.runtime import load_profile
from dbt.flags import set_from_args
from dbt_common.context import set_invocation_context

from orchestration.engines.duckdb_file import DuckDBFile
from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.profile import LIMITS, PROFILES_DIR, chosen_target

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


@pytest.mark.parametrize(("said", "taken"), [({"EMPORIUM_CORES": "3"}, {"threads": 3}), ({}, {})])
def test_it_takes_the_cores_that_it_is_told(said: dict[str, str], taken: dict[str, int]) -> None:
    set_from_args(Namespace(PROFILES_DIR=str(PROFILES_DIR)), None)
    set_invocation_context(said)
    profile = load_profile(str(PROJECT_DIR), {}, target_override="duckdb")
    assert profile.credentials.to_dict()["config_options"] == taken


@pytest.mark.parametrize(("name", "said"), [*product(LIMITS, ["0", "-1", "much"])])
def test_a_limit_that_is_none_is_told(
    name: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(name, said)
    with pytest.raises(EmporiumError, match=f"{name} is '{said}': write .*, such as"):
        Paths.from_environment()


@pytest.mark.parametrize(
    ("name", "said"),
    [("EMPORIUM_CORES", ""), ("EMPORIUM_CORES", "16"), ("EMPORIUM_THREADS", "1")]
    + [("EMPORIUM_MEMORY", said) for said in ("8GB", "1.5 gb", "512MiB")],
)
def test_a_limit_is_taken(name: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, said)
    assert chosen_target()


def test_another_error_stays_as_it_is(tmp_path: Path) -> None:
    said = "Binder Error: no such column"
    assert DuckDBFile(Paths(tmp_path)).plain(said) == said
