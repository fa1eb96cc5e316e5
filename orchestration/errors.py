"""The one error that a user sees."""

from collections.abc import Iterator
from contextlib import contextmanager


class EmporiumError(Exception):
    """A mistake in the input or the machine, told in one sentence.

    The sentence says what was wrong, where, and what to do. It is printed without a stack trace,
    and ends the run with a non-zero exit.
    """


@contextmanager
def told_to_dagster() -> Iterator[None]:
    """Turns an `EmporiumError` into a failure that Dagster shows as one sentence, without retry."""
    import dagster as dg

    try:
        yield
    except EmporiumError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
