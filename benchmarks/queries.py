"""How long readers wait: every query that the page of the review sends to the serving file."""

import time
from collections.abc import Sequence
from statistics import quantiles
from typing import Any

import duckdb

from orchestration.errors import EmporiumError
from orchestration.paths import Paths


class Recorder:
    """A connection that remembers what it was asked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.asked: list[tuple[str, list[object]]] = []

    def execute(self, query: str, values: Sequence[object] = ()) -> duckdb.DuckDBPyConnection:
        """Executes and remembers."""
        self.asked.append((query, list(values)))
        return self._connection.execute(query, list(values))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def milliseconds(paths: Paths, times: int = 5) -> list[float]:
    """The time of each query of the page, the median of so many, in milliseconds.

    Raises:
        EmporiumError: nothing has been published.
    """
    from reports.answers import opened, read_marts
    from reports.page import html

    with opened(paths) as connection:
        recorder = Recorder(connection)
        html(recorder, read_marts(connection, paths))  # pyrefly: ignore[bad-argument-type]
        if not recorder.asked:
            raise EmporiumError(f"The page asks nothing of {paths.serving}: nothing to time.")
        return [
            sorted(_timed(connection, *asked) for _ in range(times))[times // 2]
            for asked in recorder.asked
        ]


def percentile(timed: Sequence[float], percent: int) -> float:
    """A percentile of measured times."""
    return quantiles(timed, n=100, method="inclusive")[percent - 1]


def _timed(connection: duckdb.DuckDBPyConnection, query: str, values: list[object]) -> float:
    started_at = time.perf_counter()
    connection.execute(query, values).fetchall()
    return (time.perf_counter() - started_at) * 1000
