"""The figures that the review states, and when a found figure is one of them."""

import csv
from dataclasses import dataclass

from tests.simulator.landed import PROBES
from tests.simulator.worlds import SCALE


@dataclass(frozen=True)
class Golden:
    """One planted figure.

    Attributes:
        rule: how a found figure has to lie to it: `abs` or `rel`, within the tolerance; `exact`;
            `min`, above it; `ci`, its own 95 % interval covers it; `ci_min`, the interval reaches
            it; `_scaled`, times the scale of the world.
    """

    probe: str
    scope: str
    value: float
    rule: str
    tolerance: float

    def holds(self, value: float, error: float) -> bool:
        """Whether a figure, with the half of its interval, is this one."""
        rule = self.rule.removesuffix("_scaled")
        wanted = self.value * (1 if rule == self.rule else SCALE)
        if rule == "exact":
            return value == wanted
        if rule == "min":
            return value > wanted
        if rule == "ci_min":
            return value + error >= wanted
        margin = {"abs": self.tolerance, "rel": self.tolerance * wanted, "ci": error}[rule]
        return abs(value - wanted) <= margin


def read_golden() -> list[Golden]:
    """The figures of `probes/golden.csv`."""
    with (PROBES / "golden.csv").open() as file:
        return [
            Golden(
                row["probe"],
                row["scope"],
                float(row["value"]),
                row["rule"],
                float(row["tolerance"] or 0),
            )
            for row in csv.DictReader(file)
        ]


GOLDEN = read_golden()
