"""Changes to formulas, each beside the unit test that has to notice it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


@dataclass(frozen=True)
class Mutant:
    """A change to a formula, as a unit test's YAML states it under `config.meta.mutant`.

    Attributes:
        test: the name of the unit test that fails once the formula is changed.
        file: the file that holds the formula; the YAML names it if it is not the model's own.
        old: the text to `replace`, at its first occurrence; without Jinja, since dbt renders it.
        new: the text to replace it `with`.
        read: the files that the tested model is made of: its own, and those of the macros that it
            calls, by itself or through others.
    """

    test: str
    file: str
    old: str
    new: str
    read: frozenset[str]

    def is_in(self, project: Path) -> bool:
        """Whether the formula still reads as it did when its mutant was written."""
        return self.old in (project / self.file).read_text()

    def meets(self, other: "Mutant") -> bool:
        """Whether one of the two formulas is a part of what the other one's unit test runs.

        A unit test is given all that its model reads: what is changed in other models does not
        reach it. What is changed in a macro may.
        """
        return self.file in other.read or other.file in self.read


def mutants(manifest: Mapping[str, Any]) -> Iterator[Mutant]:
    """The mutants of all unit tests of a manifest."""
    for test in manifest["unit_tests"].values():
        if stated := test["config"]["meta"].get("mutant"):
            (tested,) = test["depends_on"]["nodes"]
            model = manifest["nodes"][tested]
            yield Mutant(
                test["name"],
                stated.get("file", model["original_file_path"]),
                stated["replace"],
                stated["with"],
                frozenset({model["original_file_path"], *_macro_files(manifest, model)}),
            )


def rounds(found: Iterable[Mutant]) -> list[list[Mutant]]:
    """Groups of mutants that do not meet, so that each unit test fails for its own mutant alone."""
    groups: list[list[Mutant]] = []
    for mutant in found:
        group = next((each for each in groups if not any(map(mutant.meets, each))), None)
        if group is None:
            groups.append([mutant])
        else:
            group.append(mutant)
    return groups


@contextmanager
def applied(group: Iterable[Mutant], manifest: "Manifest") -> Iterator[None]:
    """Changes formulas in what dbt has parsed, as long as the block lasts."""
    before: list[tuple[Any, str, str]] = []
    try:
        for mutant in group:
            code, attribute = _code(mutant, manifest)
            before.append((code, attribute, getattr(code, attribute)))
            changed = getattr(code, attribute).replace(mutant.old, mutant.new, 1)
            setattr(code, attribute, changed)
        yield
    finally:
        for code, attribute, text in reversed(before):
            setattr(code, attribute, text)


def _code(mutant: Mutant, manifest: "Manifest") -> tuple[Any, str]:
    """The model or macro whose formula a mutant changes, and where its text stands in it."""
    for code in (*manifest.nodes.values(), *manifest.macros.values()):
        attribute = "macro_sql" if hasattr(code, "macro_sql") else "raw_code"
        if code.original_file_path == mutant.file and mutant.old in getattr(code, attribute):
            return code, attribute
    raise AssertionError(f"{mutant.file} has no model or macro with {mutant.old!r}")


def _macro_files(manifest: Mapping[str, Any], model: Mapping[str, Any]) -> Iterator[str]:
    """The files of the macros that a model comes to, by itself or through others."""
    macros, reached = manifest["macros"], set()
    waiting = list(model["depends_on"]["macros"])
    while waiting:
        name = waiting.pop()
        if name in macros and name not in reached:
            reached.add(name)
            waiting += macros[name]["depends_on"]["macros"]
            yield macros[name]["original_file_path"]
