"""`python -m benchmarks`: what whole runs cost, and what the same SQL costs DuckDB alone."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.report import TEXTS, Table, document, markdown, tables
from benchmarks.scales import STEPS, measure_scales
from benchmarks.source import source_report
from orchestration.errors import EmporiumError
from orchestration.paths import Paths


def main(
    source: Annotated[str, typer.Option(help="The source system.")] = "",
    raw: Annotated[str, typer.Option(help="Folder with exports of that system.")] = "",
    as_of: Annotated[str, typer.Option(help="First day not covered, YYYY-MM-DD.")] = "",
    runs: Annotated[int, typer.Option(min=1, help="Runs after the first one.")] = 3,
    sizes: Annotated[
        str, typer.Option("--scales", help="Without a source: sizes of simulated shops.")
    ] = "0.1 1 5",
    steps: Annotated[
        str, typer.Option(help="Of simulated shops: the steps to measure, with commas between.")
    ] = "",
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    into: Annotated[
        str, typer.Option("--document", help="A Markdown file to put tables and plot into.")
    ] = "",
) -> None:
    """Time whole runs and the same SQL by DuckDB alone, of a source or of simulated shops."""
    console = Console(stderr=True)
    try:
        if source:
            with (
                tempfile.TemporaryDirectory(prefix="emporium-bench-") as folder,
                console.status("measuring, which takes minutes"),
            ):
                found = source_report(Path(folder), source, raw, as_of, runs)
        else:
            found = _growth(console, _scales(sizes), _steps(steps), into)
    except EmporiumError as error:
        console.print(f"Error: {error}", style="red", markup=False)
        raise typer.Exit(1) from None
    if as_markdown:
        print(markdown(found))
    else:
        for title, header, rows in found:
            _print_table(title, header, rows)


def _scales(text: str) -> list[float]:
    try:
        wanted = [float(number) for number in text.split()]
    except ValueError:
        wanted = []
    if not wanted:
        raise EmporiumError(f"--scales is '{text}': write sizes with blanks between, 0.1 1 5.")
    return wanted


def _steps(text: str) -> list[str]:
    wanted = [step.strip() for step in text.split(",") if step.strip()] or list(STEPS)
    if unknown := [step for step in wanted if step not in STEPS]:
        raise EmporiumError(
            f"--steps names '{unknown[0]}', which is none of them: {', '.join(STEPS)}."
        )
    return wanted


def _growth(
    console: Console, wanted: Sequence[float], steps: Sequence[str], into: str
) -> list[Table]:
    """The tables of the report on simulated shops, which go into a document as well."""
    folder = Paths.from_environment().data / "bench"
    measured = []
    with console.status(f"measuring below {folder}, which takes minutes to hours") as status:
        for each in measure_scales(folder, wanted, steps):
            measured.append(each)
            took = f"{each.usage.seconds:,.1f} s" if each.usage else "done"
            console.print(f"{each.step} at {each.scale:g}: {took}")
            status.update(f"after {each.step} at {each.scale:g}")
    if into:
        document(Path(into), measured)
        console.print(f"written into {into}")
    return tables(measured)


def _print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = 140
    from rich.table import Table as Drawn

    table = Drawn(title=title, title_justify="left", title_style="bold")
    for column in header:
        table.add_column(column, justify="left" if column in TEXTS else "right", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
