"""The one error that a user sees."""


class EmporiumError(Exception):
    """A mistake in the input or the machine, told in one sentence.

    The sentence says what was wrong, where, and what to do. It is printed without a stack trace,
    and ends the run with a non-zero exit.
    """
