"""The figures that the review states are found again in the landed files."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from tests.simulator.landed import PROBES, connect_for_probes, found
from tests.simulator.worlds import SCALE, tell


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
        """Whether a probe's figure, with the half of its interval, is this one."""
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


@pytest.fixture(scope="module")
def small_shop(small_world: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect_for_probes(small_world) as connection:
        yield connection


def test_every_probe_has_its_figures() -> None:
    assert {golden.probe for golden in GOLDEN} == {file.stem for file in PROBES.glob("K*.sql")}


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: f"{golden.probe}-{golden.scope}")
def test_a_planted_figure_is_found_again(
    small_shop: duckdb.DuckDBPyConnection, golden: Golden
) -> None:
    value, error = found(small_shop, golden.probe)[golden.scope]
    assert golden.holds(value, error), f"{value} (+/- {error}) for {golden.value}"


@pytest.mark.parametrize(
    ("rule", "value", "holds"),
    [
        ("abs", 10.09, True),
        ("abs", 10.11, False),
        ("rel", 11.0, True),
        ("rel", 8.9, False),
        ("exact", 10.0, True),
        ("exact", 10.1, False),
        ("exact_scaled", 0.2, True),
        ("exact_scaled", 10.0, False),
        ("min", 10.1, True),
        ("min", 10.0, False),
        ("min_scaled", 0.3, True),
        ("min_scaled", 0.1, False),
        ("ci", 9.5, True),
        ("ci", 9.4, False),
        ("ci_min", 9.5, True),
        ("ci_min", 12.0, True),
        ("ci_min", 9.4, False),
    ],
)
def test_a_rule_tells_a_hit_from_a_miss(rule: str, value: float, holds: bool) -> None:
    assert Golden("K000", "all", 10, rule, 0.1).holds(value, 0.5) is holds


@pytest.mark.parametrize(
    ("overrides", "moved"),
    [
        (["carts.abandonment_after=0.40"], {("K045", "after"): 0.40}),
        (
            [
                "traffic.share_of_sources.search=0.30",
                "traffic.share_of_sources.recommendation=0.40",
            ],
            {
                ("K036", "search"): 0.30,
                ("K036", "recommendation"): 0.40,
                ("K036", "other"): 0.15,
            },
        ),
        (["black_cards.renewal=0.50"], {("K061", "all"): 0.50}),
    ],
    ids=["carts", "traffic", "renewal"],
)
def test_a_changed_world_moves_its_figure_and_no_other(
    tmp_path: Path, overrides: list[str], moved: dict[tuple[str, str], float]
) -> None:
    read = {"K026", "K036", "K038", "K045", "K051", "K053", "K061", "K064", "K088", "K098", "K106"}
    wanted = [
        replace(golden, value=moved.get((golden.probe, golden.scope), golden.value))
        for golden in GOLDEN
        if golden.probe in read
    ]
    with connect_for_probes(tell(tmp_path, overrides=overrides)) as connection:
        missed = [
            golden
            for golden in wanted
            if not golden.holds(*found(connection, golden.probe)[golden.scope])
        ]
    assert missed == []
