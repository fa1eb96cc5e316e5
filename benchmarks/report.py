"""What was measured of simulated shops, as tables, as aims met or missed, and as a plot."""

import math
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.measure import MIB
from benchmarks.scales import (
    ALONE,
    BY_ENGINE,
    FULL,
    INCREMENT,
    QUERIES,
    SIMULATE,
    Measured,
)
from orchestration.errors import EmporiumError

Row = tuple[str, ...]
Table = tuple[str, tuple[str, ...], list[Row]]
Found = Mapping[tuple[str, float], Measured]

GIB = 1 << 30
BEGIN, END = "<!-- measured -->", "<!-- end of what was measured -->"
# The columns that hold no numbers.
TEXTS = {"", "step", "run", "aim", "met", "starts"}
# The history of a simulated shop, from 2025-01-01 to 2026-06-30.
HISTORY_DAYS = 546
# Shops to size, by their events a day.
SIZING = (1e5, 1e6, 1e7, 1e8, 1e9)
TEMPLATE = Path(__file__).with_name("plot.svg.j2")


@dataclass(frozen=True)
class Aim:
    """What a figure should be at most.

    Attributes:
        measure: the figure, from what was measured at a scale; None where it was not measured.
        scale: the scale that it is meant for.
        written: how the figure reads.
    """

    name: str
    scale: float
    at_most: float
    measure: Callable[[Found, float], float | None]
    written: str


def tables(measured: Sequence[Measured]) -> list[Table]:
    """The report: sizes, costs and aims."""
    found = {(each.step, each.scale): each for each in measured}
    return [
        (
            "Simulated shops",
            ("scale", "rows landed", "events", "raw files", "build file", "serving file"),
            list(_sizes(found)),
        ),
        (
            "What they cost",
            (
                "step", "scale", "seconds", "CPU seconds", "largest process", "rows read",
                "read", "exponent",
            ),
            list(_costs(found)),
        ),
        (
            "Parts of a run, in seconds",
            ("run", "scale", "build", "gates", "publish"),
            list(_parts(found)),
        ),
        (
            "The same by two engines",
            ("step", "scale", "events", "seconds", "events per second", "largest process"),
            list(_by_engine(found)),
        ),
        (
            "Sizing, by the exponent",
            (
                "events a day", "scale", "full build, CPU hours", "cores to do it in 8 hours",
                "one day's increment, CPU hours", "raw files", "build file",
            ),
            list(_sizing(found)),
        ),
        ("Aims", ("aim", "scale", "at most", "measured", "met"), list(_aims(found))),
    ]  # fmt: skip


def _scales(found: Found) -> list[float]:
    return sorted({scale for _, scale in found})


def _sizes(found: Found) -> Iterator[Row]:
    for scale in _scales(found):
        if full := found.get((FULL, scale)):
            counted = full.counted
            yield (
                f"{scale:g}",
                f"{counted['rows_landed']:,.0f}",
                f"{counted['events']:,.0f}",
                *(
                    f"{counted[f'{what}_bytes'] / MIB:,.0f} MiB"
                    for what in ("raw", "build", "serving")
                ),
            )


def _costs(found: Found) -> Iterator[Row]:
    """Each step by growing size.

    The exponent e says that from the size before, seconds grew as size to the power of e: 1 is
    proportional.
    """
    for step in dict.fromkeys(step for step, _ in found):
        for scale in _scales(found):
            each = found.get((step, scale))
            if each is None or each.usage is None:
                continue
            rows_read, bytes_read = (each.counted.get(name) for name in ("rows_read", "bytes_read"))
            yield (
                step,
                f"{scale:g}",
                f"{each.usage.seconds:,.1f}",
                f"{each.usage.cpu_seconds:,.1f}",
                f"{each.usage.process_bytes / MIB:,.0f} MiB",
                "" if rows_read is None else f"{rows_read:,.0f}",
                "" if bytes_read is None else f"{bytes_read / MIB:,.0f} MiB",
                _written(exponent(found, step, scale), "{:.2f}"),
            )


def _parts(found: Found) -> Iterator[Row]:
    for (step, scale), each in sorted(found.items(), key=lambda item: item[0][1]):
        if "gates" in each.counted:
            parts = (f"{each.counted[part]:,.1f}" for part in ("build", "gates", "publish"))
            yield (step, f"{scale:g}", *parts)


def _by_engine(found: Found) -> Iterator[Row]:
    """What the project's SQL in DuckDB does, beside the same in Polars."""
    for scale in _scales(found):
        for step in BY_ENGINE:
            each = found.get((step, scale))
            if each and each.usage and (events := each.counted.get("events")):
                yield (
                    step,
                    f"{scale:g}",
                    f"{events:,.0f}",
                    f"{each.usage.seconds:,.1f}",
                    f"{events / each.usage.seconds:,.0f}",
                    f"{each.usage.process_bytes / MIB:,.0f} MiB",
                )


def _sizing(found: Found) -> Iterator[Row]:
    """What larger shops would take, drawn on from the two largest that were measured.

    CPU seconds grow on as they did from the one to the other, but never slower than the shop:
    what a small run spends on starting is no saving of a large one. Files are proportional.
    """
    scales = [scale for known, scale in found if known == FULL]
    if len(scales) < 2:
        return
    largest = max(scales)
    counted = found[FULL, largest].counted
    for day_events in SIZING:
        ratio = day_events * HISTORY_DAYS / counted["events"]
        hours = [
            used * ratio ** max(grown, 1) / 3600
            for step in (FULL, INCREMENT)
            if (used := cpu_seconds(found, step, largest)) is not None
            and (grown := exponent(found, step, largest, cpu_seconds)) is not None
        ]
        yield (
            f"{day_events:,.0f}",
            f"{largest * ratio:,.0f}",
            f"{hours[0]:,.1f}",
            f"{math.ceil(hours[0] / 8):,}",
            f"{hours[1]:,.1f}" if len(hours) > 1 else "",
            *(f"{counted[f'{what}_bytes'] * ratio / GIB:,.0f} GiB" for what in ("raw", "build")),
        )


def _aims(found: Found) -> Iterator[Row]:
    for aim in AIMS:
        value = aim.measure(found, aim.scale)
        met = "not measured" if value is None else "yes" if value <= aim.at_most else "no"
        yield (
            aim.name,
            f"{aim.scale:g}",
            aim.written.format(aim.at_most),
            _written(value, aim.written),
            met,
        )


def _written(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


# --- figures


def seconds(found: Found, step: str, scale: float) -> float | None:
    """The wall time of a step at a scale."""
    each = found.get((step, scale))
    return each.usage.seconds if each and each.usage else None


def cpu_seconds(found: Found, step: str, scale: float) -> float | None:
    """What all processes of a step computed at a scale."""
    each = found.get((step, scale))
    return each.usage.cpu_seconds if each and each.usage else None


def exponent(
    found: Found,
    step: str,
    scale: float,
    of: Callable[[Found, str, float], float | None] = seconds,
) -> float | None:
    """How a step's seconds grew from the next smaller scale: as size to this power."""
    smaller = [other for known, other in found if known == step and other < scale]
    if not smaller:
        return None
    before, after = of(found, step, max(smaller)), of(found, step, scale)
    if before is None or after is None:
        return None
    return math.log(after / before) / math.log(scale / max(smaller))


def _ratio(above: str, below: str) -> Callable[[Found, float], float | None]:
    def measure(found: Found, scale: float) -> float | None:
        parts = seconds(found, above, scale), seconds(found, below, scale)
        return None if parts[0] is None or parts[1] is None else parts[0] / parts[1]

    return measure


def _gates(found: Found, scale: float) -> float | None:
    full = found.get((FULL, scale))
    return full.counted["gates"] / full.counted["build"] if full else None


def _largest_process(found: Found, scale: float) -> float | None:
    used = [
        each.usage.process_bytes / GIB
        for (step, at), each in found.items()
        if at == scale and each.usage and step in (SIMULATE, FULL, INCREMENT)
    ]
    return max(used) if (FULL, scale) in found else None


def _worst_exponent(found: Found, scale: float) -> float | None:
    """The larger of the exponents of a full build, up to this scale."""
    known = [
        power
        for other in _scales(found)
        if other <= scale and (power := exponent(found, FULL, other)) is not None
    ]
    return max(known) if (FULL, scale) in found and known else None


def _waited(found: Found, scale: float) -> float | None:
    each = found.get((QUERIES, scale))
    return each.counted["p95"] if each else None


AIMS = (
    Aim("a full build / its SQL by DuckDB alone", 1, 1.3, _ratio(FULL, ALONE), "{:.2f}"),
    Aim("one day's increment / a full build", 1, 0.05, _ratio(INCREMENT, FULL), "{:.3f}"),
    Aim("largest exponent of a full build", 5, 1.05, _worst_exponent, "{:.2f}"),
    Aim("largest process, GiB", 5, 6, _largest_process, "{:.1f}"),
    Aim("the review's queries, p95 in milliseconds", 1, 50, _waited, "{:.1f}"),
    Aim("gates / build", 1, 0.1, _gates, "{:.3f}"),
)


# --- the document


def machine() -> str:
    """The machine that measured, in words."""
    memory = psutil.virtual_memory().total / GIB
    return f"{psutil.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def document(file: Path, measured: Sequence[Measured]) -> None:
    """Puts tables and plot into a document, between its two marks, and the plot beside it.

    Raises:
        EmporiumError: the document has no such marks.
    """
    before, begin, rest = file.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise EmporiumError(f"{file} lacks the lines {BEGIN} and {END}: put them where tables go.")
    drawing = file.with_suffix(".svg")
    drawing.write_text(plot(measured))
    told = f"On {machine()}:\n\n{markdown(tables(measured))}\n![The same as a plot]({drawing.name})"
    file.write_text(f"{before}{begin}\n\n{told}\n\n{end}{after}")


def markdown(parts: Sequence[Table]) -> str:
    """The tables as Markdown."""
    lines: list[str] = []
    for title, header, rows in parts:
        rule = ["---" if column in TEXTS else "---:" for column in header]
        lines += [f"{title}:", ""]
        lines += [f"| {' | '.join(line)} |" for line in (header, rule, *rows)]
        lines += [""]
    return "\n".join(lines)


def plot(measured: Sequence[Measured]) -> str:
    """Seconds of each step over the scale as an SVG, both axes logarithmic."""
    import jinja2

    timed = [each for each in measured if each.usage]
    scales = sorted({each.scale for each in timed})
    lines = {
        step: [
            (each.scale, each.usage.seconds) for each in timed if each.step == step and each.usage
        ]
        for step in dict.fromkeys(each.step for each in timed)
    }
    highest = max(value for points in lines.values() for _, value in points)
    lowest = min(value for points in lines.values() for _, value in points)
    decades = range(math.floor(math.log10(lowest)), math.ceil(math.log10(highest)) + 1)

    def across(scale: float) -> float:
        span = math.log10(scales[-1] / scales[0]) or 1
        return round(70 + 450 * math.log10(scale / scales[0]) / span, 1)

    def down(value: float) -> float:
        span = decades[-1] - decades[0]
        return round(20 + 320 * (decades[-1] - math.log10(value)) / span, 1)

    template = jinja2.Template(TEMPLATE.read_text(), trim_blocks=True, lstrip_blocks=True)
    drawn: str = template.render(
        ticks=[(across(scale), f"{scale:g}") for scale in scales],
        grid=[(down(10.0**power), f"{10.0**power:,g} s") for power in decades],
        lines=[
            (
                step,
                " ".join(f"{across(scale)},{down(value)}" for scale, value in points),
                down(points[-1][1]),
            )
            for step, points in lines.items()
        ],
    )
    return drawn
