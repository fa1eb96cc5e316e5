"""The corner shop: a dbt project of few models, for what a run does whatever the models.

It has the real project's macros and settings, and is run by the real code; only its source system,
its models and its gates are its own.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import yaml

from orchestration.paths import CODE_DIR, Paths
from tests.project.parsing import PARSED, place_parsed

OWN = Path(__file__).with_name("corner_shop")
SOURCE = "corner_shop"
MARTS = ("core", "members", "sales")
DELIVERY = OWN / "delivery"


def assemble(folder: Path) -> None:
    """Puts the project together in an empty folder."""
    for part in OWN.iterdir():
        if part.is_dir() and part != DELIVERY:
            shutil.copytree(part, folder / part.name)
    shutil.copytree(CODE_DIR / "macros", folder / "macros")
    # Where Dagster looks up what to load.
    shutil.copyfile(CODE_DIR / "pyproject.toml", folder / "pyproject.toml")
    settings = yaml.safe_load((CODE_DIR / "dbt_project.yml").read_text())
    entities = [file.stem.partition("__")[2] for file in OWN.glob("models/staging/*/stg_*.sql")]
    settings["vars"] |= {"source_systems": [SOURCE], "system_entities": {SOURCE: sorted(entities)}}
    staging = settings["models"][settings["name"]]["staging"]
    del staging["online_retail"]
    staging[SOURCE] = staging.pop("storefront")
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(settings, sort_keys=False))


def environment(project: Path) -> dict[str, str]:
    """What tells the real code to run the small project, or a copy of it, from its folder."""
    path = [str(CODE_DIR), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"DBT_PROJECT_DIR": str(project), "PYTHONPATH": os.pathsep.join(path)}


def variables() -> dict[str, Any]:
    """What a run of the small project tells dbt, as `Project` says it of the real one."""
    [file] = OWN.glob("models/staging/*/_*__sources.yml")
    [source] = yaml.safe_load(file.read_text())["sources"]
    return {"source_systems": [SOURCE], **source["config"]["meta"]["shop"]}


def place(paths: Paths, project: Path, original: Path) -> None:
    """Puts what dbt has parsed of the small project into a data folder."""
    place_parsed(paths, paths.target, variables(), project, original)


def copy(green: Paths, folder: Path, original: Path) -> Paths:
    """A copy of a data folder that a test may change, of which dbt parses nothing anew."""
    copied = Paths(folder / "data")
    shutil.copytree(green.data, copied.data)
    (copied.target / PARSED).unlink(missing_ok=True)
    place(copied, original, original)
    return copied
