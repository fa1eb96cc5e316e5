"""What SQL should not do: pure functions, table in, table out, that read and write nothing."""
