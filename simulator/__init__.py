"""A whole shop, deterministic, that also writes down the truth."""
