"""`python -m simulator.score`: what the warehouse found, against the truth of the simulated shop.

Every file of `scores/` is a query over `warehouse` (the build file) and `truth` (what the
simulator wrote down). It returns one row a score: score, value (1 is perfect), at_least (the aim),
n, unit (of n) and missed (what fell short, or null).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from orchestration.errors import EmporiumError
from orchestration.paths import Paths

SCORES = sorted((Path(__file__).parent / "scores").glob("*.sql"))


@dataclass(frozen=True)
class Score:
    """One line of the table.

    Attributes:
        value: 1 is perfect; None if there was nothing to judge.
        at_least: the aim.
        n: how many were judged.
        unit: what n counts.
        missed: what fell short, if that can be named.
    """

    score: str
    value: float | None
    at_least: float
    n: int
    unit: str
    missed: str | None

    @property
    def is_met(self) -> bool:
        """Whether the value reaches the aim."""
        return self.value is not None and self.value >= self.at_least


def judge(paths: Paths) -> list[Score]:
    """Scores a built warehouse against the truth beside its raw zone.

    Raises:
        EmporiumError: no simulated shop, or it is not built yet.
    """
    truth = paths.data / "truth"
    if not truth.exists():
        raise EmporiumError(f"There is no simulated shop in {paths.data}: run make demo.")
    if not paths.warehouse.exists():
        raise EmporiumError(
            f"The shop in {paths.data} is not built yet: run make refresh SOURCE=storefront."
        )
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{paths.warehouse}' as warehouse (read_only)")
        connection.execute("create schema truth")
        for file in truth.glob("*.parquet"):
            connection.execute(f"create view truth.{file.stem} as from read_parquet('{file}')")
        return [
            Score(score, value, float(at_least), n, unit, missed)
            for file in SCORES
            for score, value, at_least, n, unit, missed in connection.execute(
                file.read_text()
            ).fetchall()
        ]


def main(
    markdown: Annotated[bool, typer.Option(help="Print Markdown, for a README.")] = False,
) -> None:
    """Print what the warehouse found against the truth, one line a score."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console()
    try:
        scores = judge(Paths.from_environment())
    except EmporiumError as error:
        Console(stderr=True).print(f"Error: {error}", style="red", markup=False)
        raise typer.Exit(1) from None
    table = Table(box=box.MARKDOWN if markdown else box.HEAVY_HEAD)
    table.add_column("score")
    for column in ("value", "aim", "of"):
        table.add_column(column, justify="right")
    table.add_column("met")
    for score in scores:
        value = "–" if score.value is None else f"{score.value:.4f}"
        met = "yes" if score.is_met else f"NO {score.missed or ''}".strip()
        table.add_row(score.score, value, f"{score.at_least:g}", f"{score.n:,} {score.unit}", met)
    console.print(table)
    if not all(score.is_met for score in scores):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
