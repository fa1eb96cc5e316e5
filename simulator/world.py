"""The parameters of the simulated world."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from orchestration.errors import EmporiumError

WORLD_FILE = Path(__file__).with_name("world.yaml")

FIRST_DAY = date(2025, 1, 1)
"""The shop's history starts here, so that the first half of 2026 has a year to compare with."""

SMALLEST_SCALE, LARGEST_SCALE = 0.02, 50.0


@dataclass(frozen=True)
class Parameter:
    """One planted parameter.

    Attributes:
        value: what the world has; a number.
        unit: its unit.
        meaning: what it does, in a sentence.
        question: the question of the review that it decides, if any.
        minimum: the smallest possible value.
        maximum: the largest possible value, or None.
    """

    value: float
    unit: str
    meaning: str
    question: str | None
    minimum: float
    maximum: float | None


@dataclass(frozen=True)
class World:
    """One world: the same arguments give the same bytes.

    Attributes:
        scale: 1 is a mid-size shop with about 500,000 orders.
        seed: everything random hangs on it.
        as_of: first day that the shop has not lived yet.
        parameters: what is planted, by name.
    """

    scale: float
    seed: int
    as_of: date
    parameters: Mapping[str, Parameter]

    def __getitem__(self, name: str) -> float:
        return self.parameters[name].value

    @property
    def days(self) -> int:
        """Days that the shop has lived."""
        return (self.as_of - FIRST_DAY).days

    def fingerprint(self) -> dict[str, Any]:
        """What tells this world from another."""
        return {
            "scale": self.scale,
            "seed": self.seed,
            "as_of": self.as_of.isoformat(),
            "parameters": {name: self[name] for name in sorted(self.parameters)},
        }


def make_world(
    scale: float, seed: int, as_of: date, overrides: Sequence[str] = (), file: Path = WORLD_FILE
) -> World:
    """Reads the default world and changes what `overrides` say (`name=value`).

    Raises:
        EmporiumError: a scale or day out of range, an unknown parameter, an impossible value, or
            shares that add up to more than 1.
    """
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        raise EmporiumError(
            f"--scale is {scale:g}: give a number from {SMALLEST_SCALE:g} to {LARGEST_SCALE:g}, "
            "1 being a shop with about 500,000 orders."
        )
    earliest = FIRST_DAY + timedelta(days=31)
    if as_of < earliest:
        raise EmporiumError(
            f"--as-of is {as_of}: the shop opens on {FIRST_DAY}, so give {earliest} or a later day."
        )
    parameters = {name: _parameter(node) for name, node in _leaves(_read(file)).items()}
    for override in overrides:
        name, _, text = override.partition("=")
        parameters[name] = _overridden(parameters, name, text)
    _require_shares(parameters)
    return World(scale, seed, as_of, parameters)


def _read(file: Path) -> dict[str, Any]:
    import yaml

    return dict(yaml.safe_load(file.read_text()))


def _leaves(node: Mapping[str, Any], path: str = "") -> dict[str, Mapping[str, Any]]:
    """Parameters by their dotted names."""
    if "value" in node:
        return {path: node}
    found: dict[str, Mapping[str, Any]] = {}
    for name, child in node.items():
        found |= _leaves(child, f"{path}.{name}" if path else name)
    return found


def _parameter(node: Mapping[str, Any]) -> Parameter:
    is_share = node["unit"] == "share"
    return Parameter(
        value=float(node["value"]),
        unit=node["unit"],
        meaning=node["meaning"],
        question=node.get("question"),
        minimum=float(node.get("minimum", 0)),
        maximum=float(node["maximum"]) if "maximum" in node else 1.0 if is_share else None,
    )


def _overridden(parameters: Mapping[str, Parameter], name: str, text: str) -> Parameter:
    import difflib
    from dataclasses import replace

    if name not in parameters:
        near = difflib.get_close_matches(name, parameters, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"see {WORLD_FILE.name}."
        raise EmporiumError(f"--set {name}: no such parameter; {hint}")
    known = parameters[name]
    try:
        value = float(text)
    except ValueError:
        raise EmporiumError(f"--set {name}={text}: give a number ({known.unit}).") from None
    above = known.maximum is not None and value > known.maximum
    if math.isnan(value) or value < known.minimum or above:
        bounds = f"at least {known.minimum:g}" + (
            "" if known.maximum is None else f" and at most {known.maximum:g}"
        )
        raise EmporiumError(f"--set {name}={text}: impossible, it has to be {bounds}.")
    return replace(known, value=value)


def _require_shares(parameters: Mapping[str, Parameter]) -> None:
    """Sibling shares of one whole (`shares_of_...`) add up to 1, or to less with a named rest."""
    wholes: dict[str, float] = {}
    for name, parameter in parameters.items():
        whole, _, _ = name.rpartition(".")
        if whole.rpartition(".")[2].startswith("share_of_"):
            wholes[whole] = wholes.get(whole, 0.0) + parameter.value
    for whole, total in wholes.items():
        if total > 1 + 1e-9:
            raise EmporiumError(
                f"The shares of {whole} add up to {total:g}, more than 1: lower the others with "
                "--set too."
            )
