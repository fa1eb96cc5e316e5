"""The operations review, read from the serving file."""
