"""The scratch database in which a world comes into being, and how it becomes files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from simulator.world import FIRST_DAY, World

MEMORY_LIMIT = "2GB"

# Uniform in [0, 1), a pure function of seed, stream and key: nothing depends on the order or the
# number of threads in which rows are made. The key goes through the hash by itself, because
# DuckDB's hash of several arguments leaves them correlated.
_MACROS = """
create macro uniform(stream, key) as
    hash(xor(hash('{seed}:' || stream), key::ubigint)) / 18446744073709551616.0;
create macro normal(stream, key) as
    sqrt(-2 * ln(1 - uniform(stream || ':radius', key))) * cos(2 * pi() * uniform(stream, key));
create macro exponential(stream, key) as -ln(1 - uniform(stream, key));
create macro pick(stream, key, n) as cast(floor(uniform(stream, key) * n) as bigint);
create macro days_later(day, n) as day + cast(floor(n) as integer);
create macro utc(local_time) as timezone('UTC', timezone('Asia/Shanghai', local_time));
"""


@contextmanager
def scratch(world: World, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database on disk below `folder`, with bounded memory, the random macros and parameters.

    SQL reads parameters as `parameter('name')`.
    """
    with TemporaryDirectory(dir=folder, prefix=".world-") as place:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": f"{place}/spill",
        }
        with duckdb.connect(f"{place}/world.duckdb", config=config) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute(_MACROS.format(seed=world.seed))
            for schema in ("plan", "shop", "truth"):
                connection.execute(f"create schema {schema}")
            _tell_parameters(connection, world)
            yield connection


def _tell_parameters(connection: duckdb.DuckDBPyConnection, world: World) -> None:
    cases = " ".join(f"when '{name}' then {world[name]!r}" for name in sorted(world.parameters))
    connection.execute(f"create macro parameter(name) as case name {cases} end")
    connection.execute(f"create macro scale() as {world.scale!r}")
    connection.execute(f"create macro first_day() as date '{FIRST_DAY}'")
    connection.execute(f"create macro as_of() as date '{world.as_of}'")
