"""`python -m reports`: the operations review on a terminal, or as a page."""

from typing import Annotated

import typer
from rich.console import Console

from orchestration.errors import EmporiumError
from orchestration.paths import Paths
from reports.answers import read_review
from reports.terminal import show


def main(
    period: Annotated[str, typer.Option(help="Such as 2026H1, 2026Q2 or 2026-06.")] = "",
    question: Annotated[str, typer.Option(help="Some alone: K026, or words of names.")] = "",
    page: Annotated[bool, typer.Option("--page", help="Write the page instead.")] = False,
) -> None:
    """Print the answers of the published review, and what each is made of."""
    console = Console()
    if not console.is_terminal:
        console.width = 140
    try:
        if page:
            from reports.page import render

            typer.echo(f"The review as a page: {render(Paths.from_environment())}")
            return
        show(read_review(Paths.from_environment(), period, question), console)
    except EmporiumError as error:
        typer.secho(f"Error: {error}", fg="red", err=True)
        raise typer.Exit(1) from None


typer.run(main)
