"""`python -m simulator`: a whole shop as landed files, and the truth about it."""

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.errors import EmporiumError
from orchestration.paths import Paths
from simulator.scratch import MEMORY
from simulator.world import make_world


def main(
    scale: Annotated[float, typer.Option(help="1 is about 500,000 orders.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Everything random hangs on it.")] = 42,
    as_of: Annotated[str, typer.Option(help="First day not lived, YYYY-MM-DD.")] = "2026-07-01",
    memory: Annotated[str, typer.Option(help="Of DuckDB; changes no byte.")] = MEMORY,
    out: Annotated[str, typer.Option(help="Raw zone; by default the warehouse's own.")] = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter of world.yaml: name=value.")
    ] = None,
) -> None:
    """Simulate a shop from January 2025 to the day before --as-of."""
    from rich.console import Console
    from rich.progress import Progress, TimeElapsedColumn

    from simulator.story import simulate

    try:
        world = make_world(scale, seed, _day(as_of), set_ or ())
        raw = Path(out).resolve() if out else Paths.from_environment().raw
        columns = (*Progress.get_default_columns(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("simulating", total=None)
            for done in simulate(world, raw, raw.parent / "truth", memory):
                bar.update(task, advance=1, description=done)
    except EmporiumError as error:
        typer.secho(f"Error: {error}", fg="red", err=True)
        sys.exit(1)
    typer.echo(f"A shop of scale {scale:g} lies in {raw}{os.sep}storefront")


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise EmporiumError(f"--as-of is '{text}': write a day as YYYY-MM-DD.") from None


typer.run(main)
