"""The intervals of the macros against those of statsmodels."""

import math
from itertools import product
from typing import Any

import duckdb
import jinja2
import pytest
from scipy.stats import t as student_t
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from orchestration.paths import PROJECT_DIR

COUNTS = [(0, 1), (1, 1), (0, 40), (40, 40), (1, 2), (3, 17), (84, 100), (999_999, 1_000_000)]
TOLERANCE = 1e-9


def rendered(macro: str, *arguments: object) -> str:
    """A macro as dbt would put it into a model."""
    files = (
        "ratio",
        "wilson_bound",
        "newcombe_bound",
        "katz_bound",
        "normal_p_value",
        "student_t_quantile",
    )
    macros = "".join((PROJECT_DIR / "macros" / f"{name}.sql").read_text() for name in files)
    call = f"{{{{ {macro}({', '.join(map(repr, arguments))}) }}}}"
    return jinja2.Environment(autoescape=False).from_string(macros + call).render()  # noqa: S701


def evaluated(macro: str, *arguments: object) -> float | None:
    [(value,)] = duckdb.execute(f"select {rendered(macro, *arguments)}").fetchall()
    return None if value is None else float(value)


def interval(macro: str, *counts: int) -> tuple[float, float]:
    """Both ends, from counts as columns of a table would hold them."""
    given = [f"cast({count} as bigint)" for count in counts]
    ends = [evaluated(macro, *given, side) for side in ("lower", "upper")]
    low, high = (math.nan if end is None else end for end in ends)
    return low, high


@pytest.mark.parametrize(("successes", "trials"), COUNTS)
def test_wilson_bounds_are_those_of_statsmodels(successes: int, trials: int) -> None:
    expected = proportion_confint(successes, trials, method="wilson")
    found = interval("wilson_bound", successes, trials)
    assert found == pytest.approx(expected, abs=TOLERANCE)
    assert 0 <= found[0] <= successes / trials <= found[1] <= 1


@pytest.mark.parametrize(("left", "right"), [*product(COUNTS, COUNTS[:-1])])
def test_newcombe_bounds_are_those_of_statsmodels(
    left: tuple[int, int], right: tuple[int, int]
) -> None:
    expected = confint_proportions_2indep(*left, *right, method="newcomb", compare="diff")
    found = interval("newcombe_bound", *left, *right)
    assert found == pytest.approx(expected, abs=TOLERANCE)
    assert found[0] - TOLERANCE <= left[0] / left[1] - right[0] / right[1] <= found[1] + TOLERANCE


@pytest.mark.parametrize(
    ("left", "right"), [((1, 2), (1, 4)), ((29, 50), (140, 200)), ((84, 100), (3, 17))]
)
def test_katz_bounds_are_those_of_statsmodels(
    left: tuple[int, int], right: tuple[int, int]
) -> None:
    bounds: Any = confint_proportions_2indep(*left, *right, method="log", compare="ratio")
    low, high = bounds
    found = interval("katz_bound", *left, *right)
    assert found == pytest.approx((low - 1, high - 1), abs=TOLERANCE)


@pytest.mark.parametrize("side", ["lower", "upper"])
def test_a_ratio_without_successes_has_no_interval(side: str) -> None:
    assert evaluated("katz_bound", "0", "5", "1", "2", side) is None
    assert evaluated("katz_bound", "1", "5", "0", "2", side) is None


@pytest.mark.parametrize("z_score", [0.0, 0.3, -1.0, 1.959963984540054, -2.5758293035489, 4.4, 8.0])
def test_p_values_are_those_of_the_normal_distribution(z_score: float) -> None:
    expected = math.erfc(abs(z_score) / math.sqrt(2))
    given = f"cast({z_score} as double)"
    assert evaluated("normal_p_value", given) == pytest.approx(expected, abs=1.5e-7)


@pytest.mark.parametrize("side", ["lower", "upper"])
def test_nothing_counted_has_no_interval(side: str) -> None:
    assert evaluated("wilson_bound", "0", "0", side) is None
    assert evaluated("newcombe_bound", "0", "0", "1", "2", side) is None
    assert evaluated("newcombe_bound", "1", "2", "0", "0", side) is None


def test_a_ratio_of_nothing_is_no_number() -> None:
    assert evaluated("ratio", "3", "4") == 0.75
    assert evaluated("ratio", "cast(1 as decimal(18, 2))", "cast(8 as decimal(18, 2))") == 0.125
    assert evaluated("ratio", "3", "0") is None
    assert evaluated("ratio", "null", "4") is None


@pytest.mark.parametrize(("degrees", "error"), [(2, 8e-3), (3, 2e-3), (4, 4e-4), (11, 1e-5)])
def test_student_quantiles_are_those_of_scipy(degrees: int, error: float) -> None:
    found = evaluated("student_t_quantile", f"cast({degrees} as bigint)")
    assert found == pytest.approx(student_t.ppf(0.975, degrees), rel=error)


def test_one_degree_of_freedom_has_no_quantile() -> None:
    assert evaluated("student_t_quantile", "1") is None
    assert evaluated("student_t_quantile", "null") is None
