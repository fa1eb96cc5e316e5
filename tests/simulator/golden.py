"""The figures that the review states, and when a found figure is one of them."""

import csv
from dataclasses import dataclass, replace

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

MOVES: dict[str, dict[tuple[str, str], float]] = {
    "targets.attainment=0.48": {
        ("K026", "attainment"): 0.48,
        ("K026", "gap_to_linear_plan"): -0.02,
    },
    "targets.registrations=0.72": {("K028", "annual"): 0.72},
    "marketing.channels.social_growth=1.5": {("K023", "share_ratio_yoy"): 1.5},
    "traffic.share_of_sources.search=0.30": {("K036", "search"): 0.30},
    "traffic.share_of_sources.recommendation=0.40": {
        ("K036", "recommendation"): 0.40,
        ("K036", "other"): 0.15,
    },
    "traffic.bounce_rate=0.50": {("K038", "all"): 0.50},
    "carts.abandonment_after=0.40": {("K045", "after"): 0.40},
    "orders.free_shipping_prompt_lift=0.80": {("K121", "relative_change"): 0.80},
    "service.wait_after=60": {("K047", "after_mean"): 60},
    "service.satisfied=0.80": {("K048", "all"): 0.80},
    "black_cards.renewal=0.50": {("K061", "all"): 0.50},
}
"""Set in the moved world -> the figures that must move with it, and where to."""

MOVED = {figure: value for moves in MOVES.values() for figure, value in moves.items()}
"""Probe and scope -> what is found in the moved world."""


def moved(golden: Golden) -> Golden:
    """A figure as it is planted in the moved world."""
    return replace(golden, value=MOVED.get((golden.probe, golden.scope), golden.value))
