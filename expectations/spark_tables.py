"""What a gate looks at on Spark: tables of the session's catalogue, as dataframes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.runner import Batch, OpenTables

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.ephemeral_data_context import (
        EphemeralDataContext,
    )
    from pyspark.sql import SparkSession

# The partition of incremental models, which is the engine's own affair: see macros/engines.
ROW_PARTITION = "row_partition"
# Spark knows no catalogue `published`: what readers have lies in a database for each mart.
_PUBLISHED = re.compile(r"\bpublished\.(\w+)\.")


def as_spark(sql: str) -> str:
    """A query that names `published.mart.table`, as Spark finds it."""
    return _PUBLISHED.sub(r"published_\1.", sql)


@dataclass(frozen=True)
class SparkTables:
    """Candidates and published views of a session, which stays open."""

    session: "SparkSession"

    @contextmanager
    def opened(self, context: "EphemeralDataContext", mart: str) -> Iterator[OpenTables]:
        """Great Expectations finds the one session of this process by itself."""
        # Tables are larger than memory, and each is asked a few times only.
        datasource = context.data_sources.add_spark("candidate", persist=False)
        yield _OpenSpark(self.session, datasource)


class _OpenSpark:
    def __init__(self, session: "SparkSession", datasource: Any) -> None:
        self._session = session
        self._datasource = datasource

    def batch(self, table: str) -> Batch:
        """A dataframe, of which nothing is read before an expectation asks."""
        asset = self._datasource.add_dataframe_asset(table)
        definition = asset.add_batch_definition_whole_dataframe(table)
        return Batch(definition, {"dataframe": self._session.table(table).drop(ROW_PARTITION)})

    def query(self, sql: str) -> str:
        """With the published tables under their names on Spark."""
        return as_spark(sql)
