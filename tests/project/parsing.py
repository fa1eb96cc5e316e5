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

import msgpack  # type: ignore[import-untyped]
import yaml

from orchestration.paths import PROJECT_DIR, Paths
from tests.budget import count
from tests.project.running import data_folder, invoke
from tests.shared import once

PARSED = "partial_parse.msgpack"
DECISIVE = "source_systems"
"""The one variable that decides what a parse finds. Others are read when SQL is compiled."""
_SETTINGS = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())


def place_parsed(
    paths: Paths, target_path: Path, variables: Mapping[str, Any], project: Path = PROJECT_DIR
) -> None:
    """Puts what dbt parsed of this repository where it will look for it.

    Args:
        paths: the data folder that dbt will work on.
        target_path: dbt's folder for artifacts; left alone if something was parsed into it.
        variables: those of `--vars`.
        project: a copy of the repository, of which dbt parses anew what has changed.
    """
    if (target_path / PARSED).exists():
        return
    systems = variables.get(DECISIVE, _SETTINGS["vars"][DECISIVE])
    manifest = parsed({DECISIVE: systems}, paths.dbt_target)
    state = manifest["state_check"]
    state["profile_hash"]["checksum"] = _profile_hash(paths, project)
    state["vars_hash"]["checksum"] = _variables_hash(paths, variables)
    target_path.mkdir(parents=True, exist_ok=True)
    (target_path / PARSED).write_bytes(msgpack.packb(manifest))


def parsed(variables: Mapping[str, Any], target: str) -> dict[str, Any]:
    """What dbt finds in this repository with these variables."""
    key = json.dumps([target, variables], sort_keys=True)
    name = f"parsed-{_hash(key)[:12]}"
    folder = once(name, lambda folder: _parse(folder, target, variables))
    found: dict[str, Any] = msgpack.unpackb(
        (folder / "target" / PARSED).read_bytes(), strict_map_key=False
    )
    return found


def _parse(folder: Path, target: str, variables: Mapping[str, Any]) -> None:
    count("parses", f"{target} {json.dumps(variables)}")
    paths = Paths(folder, target)
    done = invoke(PROJECT_DIR, paths, folder / "target", "parse", "--vars", json.dumps(variables))
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
