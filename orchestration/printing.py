"""Tables for a person at a terminal."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table


def wide_console() -> Console:
    """The terminal, or a page as wide as tables want where there is none."""
    console = Console()
    if not console.is_terminal:
        console.width = 180
    return console


def print_table(
    console: Console, title: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Prints rows below names of columns; without rows, nothing."""
    if not rows:
        return
    table = Table(title=title, title_justify="left", title_style="bold")
    for column, first in zip(columns, rows[0], strict=True):
        is_number = not isinstance(first, str) and first is not None
        table.add_column(column, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(_text, row))
    console.print(table)


def _text(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{value:,}"
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
