"""The geometry of the charts: numbers in, shares of an axis out. The templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

# Below this, the parts of a waterfall are slivers beside its totals, and its axis is cut.
CUT_BELOW = 0.4


@dataclass(frozen=True)
class Mark:
    """One bar, with what a reader is told of it.

    Attributes:
        start, size: where it lies on its axis, in percent.
        tone: plus, minus, total or base: how it is painted.
        text: its value, as written.
        question_id: the question whose definition it follows; empty if it follows none.
        ticks: other values on the axis, such as a plan: what it is, and where in percent.
        span: start and size of an interval, in percent.
    """

    name: str
    name_zh: str
    text: str
    details: list[tuple[str, str]]
    start: float
    size: float
    tone: str
    question_id: str = ""
    ticks: list[tuple[str, float]] = field(default_factory=list)
    span: tuple[float, float] | None = None


@dataclass(frozen=True)
class Chart:
    """A chart with its words.

    Attributes:
        kind: waterfall, bars, columns or bullets: the template's macro.
        zero: where zero lies on the axis, in percent; None if the axis is cut.
        note: what a reader has to know to read it.
        missing: what is not drawn, and why.
        goal: where a target of 100% lies, in percent.
    """

    key: str
    kind: str
    title: str
    title_zh: str
    marks: list[Mark]
    zero: float | None = 0
    note: str = ""
    missing: str = ""
    goal: float | None = None


@dataclass(frozen=True)
class Axis:
    """A linear scale from values to percent."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value lies, in percent, never off the axis."""
        if self.high == self.low:
            return 0.0
        return round(min(100, max(0, 100 * (value - self.low) / (self.high - self.low))), 3)

    def bar(self, one: float, other: float) -> tuple[float, float]:
        """Start and size of a bar between two values."""
        start, end = sorted((self.at(one), self.at(other)))
        return start, round(end - start, 3)

    @property
    def zero(self) -> float | None:
        """Where zero lies, if it does."""
        return self.at(0) if self.low <= 0 <= self.high else None


def axis_of(values: Sequence[float]) -> Axis:
    """An axis that holds zero and all values."""
    return Axis(min(0.0, *values, 0.0), max(0.0, *values, 0.0))


def waterfall_axis(levels: Sequence[float]) -> Axis:
    """The axis of a waterfall that passes through these levels.

    It begins at zero unless all that moves would then be slivers at the far end.
    """
    lowest, highest = min(levels), max(levels)
    moved = highest - lowest
    if lowest <= 0 or moved == 0 or moved / highest >= CUT_BELOW:
        return axis_of(levels)
    return Axis(lowest - moved / 2, highest)


def wilson(count: int, n: int) -> tuple[float, float]:
    """The 95% interval of a share of n things: Wilson's score interval."""
    z = 1.959963984540054
    share = count / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5 / (1 + z * z / n)
    return max(0.0, middle - reach), min(1.0, middle + reach)
