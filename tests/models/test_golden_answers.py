"""The warehouse, which knows nothing of the world, answers with the figures planted in it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.paths import Paths
from tests.conftest import Emporium
from tests.simulator.golden import GOLDEN, Golden
from tests.simulator.worlds import tell

# Set -> the figures that must move with it, and where to.
CHANGES: dict[str, dict[tuple[str, str], float]] = {
    "targets.attainment=0.48": {
        ("K026", "attainment"): 0.48,
        ("K026", "gap_to_linear_plan"): -0.02,
    },
    "targets.registrations=0.72": {("K028", "annual"): 0.72},
    "marketing.channels.social_growth=1.5": {("K023", "share_ratio_yoy"): 1.5},
    "traffic.share_of_sources.search=0.30": {("K036", "search"): 0.30, ("K036", "other"): 0.25},
    "traffic.bounce_rate=0.50": {("K038", "all"): 0.50},
    "carts.abandonment_after=0.40": {("K045", "after"): 0.40},
    "orders.free_shipping_prompt_lift=0.80": {("K121", "relative_change"): 0.80},
    "service.wait_after=60": {("K047", "after_mean"): 60},
    "service.satisfied=0.80": {("K048", "all"): 0.80},
}


def answered(paths: Paths) -> list[Golden]:
    """The golden figures whose question is answered."""
    with duckdb.connect(str(paths.serving), read_only=True) as connection:
        questions = connection.execute(
            "select question_id from review.dim_questions where is_answered"
        ).fetchall()
    return [golden for golden in GOLDEN if (golden.probe,) in questions]


def missed(paths: Paths, moved: Mapping[tuple[str, str], float]) -> list[tuple[Golden, object]]:
    """The golden figures, some of them moved, that the review does not answer with."""
    faults: list[tuple[Golden, object]] = []
    with duckdb.connect(str(paths.serving), read_only=True) as connection:
        for golden in answered(paths):
            wanted = replace(golden, value=moved.get((golden.probe, golden.scope), golden.value))
            answer = connection.execute(
                "select value, coalesce(ci_high - ci_low, 0) / 2 from review.fct_answers "
                "where period = '2026H1' and question_id = ? and scope = ?",
                [golden.probe, golden.scope],
            ).fetchone()
            if answer is None or answer[0] is None or not wanted.holds(*answer):
                faults.append((wanted, answer))
    return faults


def test_the_review_answers_with_the_golden_figures(storefront: Paths) -> None:
    assert len(answered(storefront)) >= 10
    assert missed(storefront, {}) == []


def test_the_answers_move_with_the_world(tmp_path: Path, emporium: Emporium) -> None:
    paths = Paths(tell(tmp_path, overrides=list(CHANGES)))
    done = emporium(paths, "run", "--source", "storefront")
    assert done.returncode == 0, done.stdout + done.stderr
    moved = {figure: value for change in CHANGES.values() for figure, value in change.items()}
    assert missed(paths, moved) == []
    assert {(golden.probe, golden.scope) for golden, _ in missed(paths, {})} == set(moved)
