"""What a run imports of others' code, imported: for processes that are forked afterwards."""

import sys

# Great Expectations looks for Spark's client for servers, which ends a process that lacks a part of
# it; `expectations.runner` says more.
sys.modules["pyspark.sql.connect"] = None  # pyrefly: ignore[unsupported-operation]
import dagster  # noqa: E402, F401
import dagster_dbt  # noqa: E402, F401
import dbt.adapters.duckdb  # noqa: E402
import dbt.cli.main  # noqa: E402, F401
import great_expectations  # noqa: E402, F401

del sys.modules["pyspark.sql.connect"]
