"""The expectation `NO_ROWS`: a query that finds nothing.

Importing this module imports Great Expectations, which takes seconds.
"""

from typing import Any

from great_expectations.compatibility import pydantic
from great_expectations.execution_engine.execution_engine import ExecutionEngine
from great_expectations.expectations.core.unexpected_rows_expectation import (
    UnexpectedRowsExpectation,
)

SHOWN_ROWS = 2
"""How many of the rows that break an identity are kept in its result."""


class ExpectNoRows(UnexpectedRowsExpectation):
    """Holds when its query returns no rows; keeps the first rows when it does not.

    GX's own keeps rows only with the result format COMPLETE, which would also fetch every value
    that breaks the expectations beside it.
    """

    @pydantic.validator("unexpected_rows_query")
    def _validate_query(cls, query: str) -> str:  # noqa: N805
        """Replaces GX's, which prints a warning about each query without `{batch}`."""
        return query

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: ExecutionEngine[Any] | None = None,
    ) -> dict[str, Any]:
        count = metrics["unexpected_rows_query.row_count"]
        rows = metrics["unexpected_rows_query.table"][:SHOWN_ROWS]
        # As text: JSON would turn decimals into floats.
        shown = [
            {column: "null" if value is None else str(value) for column, value in row.items()}
            for row in rows
        ]
        return {
            "success": count == 0,
            "result": {"observed_value": count, "details": {"unexpected_rows": shown}},
        }
