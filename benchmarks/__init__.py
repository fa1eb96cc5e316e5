"""Size, time and memory of a whole run, against the same SQL run by DuckDB alone."""
