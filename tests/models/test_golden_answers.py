"""The warehouse, which knows nothing of the world, answers with the figures planted in it."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.paths import Paths
from tests.project.stages import build_marts
from tests.simulator.golden import GOLDEN, MOVED, Golden, moved


def answered(marts: Path) -> list[Golden]:
    """The golden figures whose question is answered."""
    with duckdb.connect(str(marts), read_only=True) as connection:
        questions = connection.execute(
            "select question_id from review.dim_questions where is_answered"
        ).fetchall()
    return [golden for golden in GOLDEN if (golden.probe,) in questions]


def missed(marts: Path, wanted: Iterable[Golden]) -> list[tuple[Golden, object]]:
    """The figures that the review does not answer with, and its answers."""
    faults: list[tuple[Golden, object]] = []
    with duckdb.connect(str(marts), read_only=True) as connection:
        for golden in wanted:
            answer = connection.execute(
                "select value, coalesce(ci_high - ci_low, 0) / 2 from review.fct_answers "
                "where period = '2026H1' and question_id = ? and scope = ?",
                [golden.probe, golden.scope],
            ).fetchone()
            if answer is None or answer[0] is None or not golden.holds(*answer):
                faults.append((golden, answer))
    return faults


def test_the_review_answers_with_the_golden_figures(storefront: Paths) -> None:
    wanted = answered(storefront.serving)
    assert len(wanted) >= 10
    assert missed(storefront.serving, wanted) == []


def test_the_answers_move_with_the_world(moved_world: Path, tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    shutil.copytree(moved_world / "raw", paths.raw, copy_function=os.link)
    build_marts(paths, "storefront", "fct_answers", "dim_questions")
    wanted = answered(paths.warehouse)
    assert missed(paths.warehouse, map(moved, wanted)) == []
    told = {(golden.probe, golden.scope) for golden, _ in missed(paths.warehouse, wanted)}
    assert told == {(golden.probe, golden.scope) for golden in wanted} & set(MOVED)
    assert len(told) > 10
