"""The scratch database in which a world comes into being, and how it becomes files."""

import errno
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from orchestration.errors import EmporiumError
from simulator.world import FIRST_DAY, World

MEMORY = "2GB"
"""What DuckDB may hold; the process takes a little more."""

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_GB_PER_SCALE = 6
"""Disk at most: the database, what does not fit into memory, and the files."""

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
def scratch(world: World, folder: Path, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database on disk below `folder`, with bounded memory, the random macros and parameters.

    SQL reads parameters as `parameter('name')`.
    """
    if not re.fullmatch(r"\d+(\.\d+)? ?[MG]i?B", memory):
        raise EmporiumError(f"--memory is '{memory}': write it like {MEMORY} or 1500MB.")
    with TemporaryDirectory(dir=folder, prefix=".world-") as place:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": f"{place}/spill",
        }
        with duckdb.connect(f"{place}/world.duckdb", config=config) as connection:
            connection.execute("set timezone = 'UTC'")
            connection.execute(_MACROS.format(seed=world.seed))
            for schema in ("plan", "shop", "truth"):
                connection.execute(f"create schema {schema}")
            _tell_parameters(connection, world)
            yield connection


@contextmanager
def within_means(world: World, folder: Path, memory: str) -> Iterator[None]:
    """Tells in one sentence what the machine is short of: memory, disk, or the right to write."""
    try:
        yield
    except (duckdb.Error, OSError, MemoryError) as error:
        if _is_disk_full(error):
            raise EmporiumError(
                f"The disk of {folder} is full: a shop of scale {world.scale:g} takes up to "
                f"{math.ceil(_GB_PER_SCALE * world.scale)} GB there until it is told. Nothing was "
                "written: make room, give another folder with --out, or a smaller --scale."
            ) from error
        if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
            raise EmporiumError(
                f"A shop of scale {world.scale:g} takes more than {memory} of memory to tell, and "
                "nothing was written: give it more with --memory, or a smaller --scale."
            ) from error
        if isinstance(error, OSError):
            reason = (error.strerror or str(error)).lower()
            raise EmporiumError(
                f"{error.filename or folder} cannot be written ({reason}): give this user the "
                "right to write there, or another folder with --out."
            ) from error
        raise


def _is_disk_full(error: Exception) -> bool:
    """Whether it is the disk, or what DuckDB allows itself of it for what memory does not hold."""
    faults = (*(os.strerror(code) for code in _DISK_FULL), "max_temp_directory_size")
    return any(fault in str(error) for fault in faults)


def _tell_parameters(connection: duckdb.DuckDBPyConnection, world: World) -> None:
    """Parameters in one variable, because a query that reads a constant is bound in no time."""
    values = ", ".join(f"'{name}': {world[name]!r}" for name in sorted(world.parameters))
    connection.execute(f"set variable parameters = map {{{values}}}")
    connection.execute("create macro parameter(name) as getvariable('parameters')[name]")
    connection.execute(f"create macro scale() as {world.scale!r}")
    connection.execute(f"create macro first_day() as date '{FIRST_DAY}'")
    connection.execute(f"create macro as_of() as date '{world.as_of}'")
