"""What docs/sources.md promises to those who bring some tables is what the models read."""

import pytest

from tests.project.bringing import ALONE, derived, documented
from tests.project.rules import Repository

PAGE = "docs/sources.md"


def test_the_page_tells_what_each_table_answers(repository: Repository) -> None:
    """What orders and their lines answer alone is measured, by `test_orders_alone.py`."""
    found = documented(repository.read(PAGE))
    alone = found.pop(ALONE)
    assert found == derived(repository.manifest, alone)


@pytest.mark.parametrize(
    ("old", "new"), [("| `payments` |", "| `payments`, `refunds` |"), ("K122", "K012")]
)
def test_the_page_is_held_to_the_lineage(repository: Repository, old: str, new: str) -> None:
    text = repository.read(PAGE)
    assert old in text
    found = documented(text.replace(old, new))
    assert found != derived(repository.manifest, found.pop(ALONE))
