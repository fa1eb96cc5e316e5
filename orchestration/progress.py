"""How a run tells a person what it is doing."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

progress = logging.getLogger("emporium.progress")
"""One INFO line a step, DEBUG for what is under way. Printed only where somebody looks: `shown`."""


@contextmanager
def shown() -> Iterator[None]:
    """Prints steps on the terminal, and below them what is under way."""
    from rich.console import Console

    console = Console(stderr=True, log_path=False)
    with console.status("starting") as status:

        class Terminal(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                if record.levelno > logging.DEBUG:
                    console.log(record.getMessage(), markup=False, highlight=False)
                status.update(record.getMessage())

        progress.handlers = [Terminal()]
        progress.setLevel(logging.DEBUG)
        progress.propagate = False
        try:
            yield
        finally:
            progress.handlers = []
