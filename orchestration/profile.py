"""The targets of dbt's profile: where a run can build, and with which settings."""

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.errors import EmporiumError

PROFILES_DIR = Path(__file__).resolve().parent.parent / "profiles"
DEFAULT_TARGET = "duckdb"
LIMITS = {
    "EMPORIUM_CORES": (r"[1-9]\d*|", "a number of cores, such as 4"),
    "EMPORIUM_THREADS": (r"[1-9]\d*", "a number of models to build at a time, such as 2"),
    "EMPORIUM_MEMORY": (r"\d+(\.\d+)? ?[KMGT]i?B", "an amount of memory, such as 4GB"),
}
"""What the environment may tell DuckDB: the form of each, and what to write."""


def chosen_target() -> str:
    """The target of `EMPORIUM_TARGET`, or the default.

    Raises:
        EmporiumError: the profile has no such target, or a limit is none.
    """
    for name, (form, wanted) in LIMITS.items():
        said = os.environ.get(name)
        if said is not None and not re.fullmatch(form, said, re.IGNORECASE):
            raise EmporiumError(f"{name} is '{said}': write {wanted}, or leave it out.")
    target = os.environ.get("EMPORIUM_TARGET") or DEFAULT_TARGET
    engine_of_target(target)
    return target


def engine_of_target(target: str) -> str:
    """The engine that a target runs on: the type of its adapter, `duckdb` or `spark`.

    Raises:
        EmporiumError: the profile has no such target.
    """
    if target not in _outputs():
        raise EmporiumError(
            f"Unknown target '{target}': {PROFILES_DIR / 'profiles.yml'} declares "
            f"{', '.join(_outputs())}."
        )
    return str(_outputs()[target]["type"])


def engine_settings(target: str, data: Path) -> dict[str, str]:
    """What a target tells its engine, with the environment filled in as dbt does it.

    Args:
        data: the data folder, in the place of `EMPORIUM_DATA`.
    """
    from jinja2 import Environment, StrictUndefined

    def env_var(name: str, default: str = "") -> str:
        return str(data) if name == "EMPORIUM_DATA" else os.environ.get(name, default)

    # As dbt: what is between braces is Jinja, nothing else is special.
    templates = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701
    output = _outputs()[target]
    settings = output["settings" if output["type"] == "duckdb" else "server_side_parameters"]
    return {
        name: templates.from_string(str(value)).render(env_var=env_var)
        for name, value in settings.items()
    }


@cache
def _outputs() -> Mapping[str, Mapping[str, Any]]:
    import yaml

    profile = yaml.safe_load((PROFILES_DIR / "profiles.yml").read_text())
    return dict(profile["emporium"]["outputs"])
