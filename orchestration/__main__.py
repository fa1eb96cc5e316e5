"""`python -m orchestration`: the command line behind the Makefile."""

from orchestration.cli import app

app()
