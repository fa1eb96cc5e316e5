"""The figures that the review states are found again in the landed files."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.simulator.golden import GOLDEN, MOVED, Golden, moved
from tests.simulator.landed import PROBES, connect_for_probes, found


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


def test_a_moved_world_moves_its_figures_and_no_other(moved_world: Path) -> None:
    read = {
        *("K023", "K026", "K028", "K036", "K038", "K045", "K047", "K048", "K051"),
        *("K053", "K061", "K064", "K088", "K106", "K121"),
    }
    assert read >= {probe for probe, _ in MOVED}
    with connect_for_probes(moved_world) as connection:
        figures = {probe: found(connection, probe) for probe in read}
    looked_for = [golden for golden in GOLDEN if golden.probe in read]

    def missed(wanted: Iterable[Golden]) -> set[tuple[str, str]]:
        return {
            (golden.probe, golden.scope)
            for golden in wanted
            if not golden.holds(*figures[golden.probe][golden.scope])
        }

    assert missed(map(moved, looked_for)) == set()
    assert missed(looked_for) == set(MOVED)
