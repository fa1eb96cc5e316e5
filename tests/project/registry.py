"""The registry of answers that are made of measures, and the topics that give the measures."""

import csv
import re
from collections.abc import Iterator, Mapping
from typing import Any

REGISTRY = "seeds/registry/answers.csv"
ROLES = (
    "numerator",
    "denominator",
    "base_numerator",
    "base_denominator",
    "squares",
    "n",
    "immature",
)
"""The columns of the registry that name measures."""


def lines(text: str) -> list[dict[str, str]]:
    """The registry's lines, from its text."""
    return list(csv.DictReader(text.splitlines()))


def measures_named(line: Mapping[str, str]) -> set[str]:
    """The measures that a line of the registry makes its answer of."""
    return {line[role] for role in ROLES} - {""}


def topics(manifest: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The models that measure something, by name, with the names of their measures."""
    code = manifest["nodes"]["model.emporium.int_measures"]["raw_code"]
    for topic, names in re.findall(r"measures\(ref\('(\w+)'\), \[(.*?)\]", code, re.DOTALL):
        yield topic, re.findall(r"'(\w+)'", names)
