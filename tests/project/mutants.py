"""Changes to formulas, each beside the unit test that has to notice it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Mutant:
    """A change to a formula, as a unit test's YAML states it under `config.meta.mutant`.

    Attributes:
        test: the name of the unit test that fails once the formula is changed.
        file: the file that holds the formula; the YAML names it if it is not the model's own.
        is_shared: whether models other than the tested one are made of that file.
        old: the text to `replace`, at its first occurrence; without Jinja, since dbt renders it.
        new: the text to replace it `with`.
    """

    test: str
    file: str
    is_shared: bool
    old: str
    new: str

    def is_in(self, project: Path) -> bool:
        """Whether the formula still reads as it did when its mutant was written."""
        return self.old in (project / self.file).read_text()

    def apply(self, project: Path) -> None:
        """Changes the formula in a copy of the project."""
        file = project / self.file
        file.write_text(file.read_text().replace(self.old, self.new, 1))


def mutants(manifest: Mapping[str, Any]) -> Iterator[Mutant]:
    """The mutants of all unit tests of a manifest."""
    for test in manifest["unit_tests"].values():
        if stated := test["config"]["meta"].get("mutant"):
            (tested,) = test["depends_on"]["nodes"]
            model = manifest["nodes"][tested]["original_file_path"]
            file = stated.get("file", model)
            yield Mutant(test["name"], file, file != model, stated["replace"], stated["with"])


def rounds(found: Iterable[Mutant]) -> list[list[Mutant]]:
    """Groups of mutants that do not meet, so that each unit test fails for its own mutant alone.

    A unit test is given all that its model reads: what is changed in other models does not reach
    it. What is changed in a macro may.
    """
    groups: list[list[Mutant]] = []
    for mutant in found:
        group = next((each for each in groups if not any(_meet(mutant, m) for m in each)), None)
        if group is None:
            groups.append([mutant])
        else:
            group.append(mutant)
    return groups


def _meet(one: Mutant, other: Mutant) -> bool:
    return one.is_shared or other.is_shared or one.file == other.file
