"""Great Expectations suites, one per mart, run inside DuckDB before a mart is published."""
