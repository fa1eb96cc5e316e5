"""The project as dbt parses it: once for each set of source systems, whatever the data folder.

dbt takes up what it parsed before only if it is told the same variables and connects as it did
then, and the path of the build file is a part of that. What a parse finds depends on neither, but
for the variable that enables models, so a copy is told of its new place and variables.
"""

import hashlib
import json
import os
import pprint
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgpack
import yaml

from orchestration.paths import PROJECT_DIR, Paths
from tests.budget import count
from tests.project.running import data_folder, invoke
from tests.shared import once

PARSED = "partial_parse.msgpack"
DECISIVE = "source_systems"
"""The one variable that decides what a parse finds. Others are read when SQL is compiled."""


def place_parsed(
    paths: Paths,
    target_path: Path,
    variables: Mapping[str, Any],
    project: Path = PROJECT_DIR,
    original: Path = PROJECT_DIR,
) -> None:
    """Puts what dbt parsed of a project where it will look for it.

    Args:
        paths: the data folder that dbt will work on.
        target_path: dbt's folder for artifacts; left alone if the same was placed there before.
        variables: those of `--vars`.
        project: a copy of the original, of which dbt parses anew what has changed.
        original: the project that is parsed.
    """
    hashes = {
        "profile_hash": _profile_hash(paths, project),
        "vars_hash": _variables_hash(paths, variables),
    }
    told = json.dumps(hashes)
    placed_for = target_path / "placed_for.json"
    if (target_path / PARSED).exists() and placed_for.exists() and placed_for.read_text() == told:
        return
    systems = variables.get(DECISIVE) or declared(original)[DECISIVE]
    manifest = parsed({DECISIVE: systems}, paths.dbt_target, original)
    for name, checksum in hashes.items():
        manifest["state_check"][name]["checksum"] = checksum
    target_path.mkdir(parents=True, exist_ok=True)
    with (target_path / PARSED).open("wb") as file:
        msgpack.pack(manifest, file)
    placed_for.write_text(told)


def parsed(
    variables: Mapping[str, Any], target: str, project: Path = PROJECT_DIR
) -> dict[str, Any]:
    """What dbt finds in a project with these variables."""
    key = json.dumps([target, variables, str(project)], sort_keys=True)
    name = f"parsed-{_hash(key)[:12]}"
    folder = once(name, lambda folder: _parse(project, folder, target, variables))
    found: dict[str, Any] = msgpack.unpackb(
        (folder / "target" / PARSED).read_bytes(), strict_map_key=False
    )
    return found


def declared(project: Path) -> dict[str, Any]:
    """The variables of `dbt_project.yml`."""
    return dict(yaml.safe_load((project / "dbt_project.yml").read_text())["vars"])


def _parse(project: Path, folder: Path, target: str, variables: Mapping[str, Any]) -> None:
    if project == PROJECT_DIR:
        count("parses", f"{target} {json.dumps(variables)}")
    paths = Paths(folder, target)
    done = invoke(project, paths, folder / "target", "parse", "--vars", json.dumps(variables))
    assert done.success, done.exception


def _profile_hash(paths: Paths, project: Path) -> str:
    """What dbt compares to tell whether it connects as before."""
    from argparse import Namespace

    from dbt.config.runtime import load_profile
    from dbt.flags import set_from_args
    from dbt_common.context import set_invocation_context

    with data_folder(paths):
        set_invocation_context(os.environ)
        set_from_args(Namespace(PROFILES_DIR=str(PROJECT_DIR / "profiles")), None)
        profile = load_profile(str(project), {}, None, paths.dbt_target)
    return _hash(pprint.pformat(sorted(profile.credentials.connection_info())))


def _variables_hash(paths: Paths, variables: Mapping[str, Any]) -> str:
    """What dbt compares to tell whether it is told the same variables, and the same target."""
    from dbt.version import __version__

    return _hash("\x00".join([pprint.pformat(dict(variables)), "", paths.dbt_target, __version__]))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
