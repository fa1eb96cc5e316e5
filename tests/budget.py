"""What a run of all tests pays for, counted over its processes and held to `budget.toml`."""

import json
import os
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.shared import FOLDER

_FILE = Path(__file__).with_suffix(".toml")
_COUNTS = "counts.jsonl"


def count(kind: str, what: str) -> None:
    """Notes that the present test has paid for something of a kind that `budget.toml` names."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
    with _counts().open("a") as counts:
        counts.write(json.dumps({"kind": kind, "what": what, "test": test}) + "\n")


def counted() -> Counter[str]:
    """How often each kind has been noted, by all processes."""
    noted = _counts().read_text().splitlines() if _counts().exists() else []
    return Counter(json.loads(line)["kind"] for line in noted)


def allowed() -> dict[str, int]:
    """The budget."""
    return dict(tomllib.loads(_FILE.read_text()))


def said(counts: Mapping[str, int], budget: Mapping[str, int]) -> str:
    """A line for people."""
    parts = (f"{kind} {counts.get(kind, 0)} of {most}" for kind, most in budget.items())
    return f"paid for ({_FILE.name}): {', '.join(parts)}"


def over(counts: Mapping[str, int], budget: Mapping[str, int]) -> Iterator[str]:
    """A sentence for each kind of which there was more than allowed, or that has no budget."""
    for kind, number in counts.items():
        if number > budget.get(kind, 0):
            yield (
                f"This run made {number} {kind}, {_FILE.name} allows {budget.get(kind, 0)}: share "
                "what is built, or raise the number and say why."
            )


def _counts() -> Path:
    return Path(os.environ[FOLDER]) / _COUNTS
