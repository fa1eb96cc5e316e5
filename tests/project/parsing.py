"""The project as dbt parses it: once for each set of variables, whatever the data folder.

dbt takes up what it parsed before only if it connects as it did then, and the path of the build
file is a part of that. What a parse finds does not depend on it: a copy is told of its new place.
"""

import hashlib
import json
import os
import pprint
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.paths import PROJECT_DIR, Paths
from tests.budget import count
from tests.project.running import data_folder, invoke
from tests.shared import once

PARSED = "partial_parse.msgpack"


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
    import msgpack

    key = json.dumps([paths.dbt_target, variables], sort_keys=True)
    name = f"parsed-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    parsed = once(name, lambda folder: _parse(folder, paths.dbt_target, variables))
    manifest = msgpack.unpackb((parsed / "target" / PARSED).read_bytes(), strict_map_key=False)
    manifest["state_check"]["profile_hash"]["checksum"] = _profile_hash(paths, project)
    target_path.mkdir(parents=True, exist_ok=True)
    (target_path / PARSED).write_bytes(msgpack.packb(manifest))


def _parse(folder: Path, target: str, variables: Mapping[str, Any]) -> None:
    count("parses", f"{target} {json.dumps(variables)}")
    paths = Paths(folder, target)
    done = invoke(PROJECT_DIR, paths, folder / "target", "parse", "--vars", json.dumps(variables))
    assert done.success, done.exception


def _profile_hash(paths: Paths, project: Path) -> str:
    """What dbt compares to tell whether it connects as before."""
    from argparse import Namespace

    from dbt.artifacts.resources import FileHash
    from dbt.config.runtime import load_profile
    from dbt.flags import set_from_args
    from dbt_common.context import set_invocation_context

    with data_folder(paths):
        set_invocation_context(os.environ)
        set_from_args(Namespace(PROFILES_DIR=str(PROJECT_DIR / "profiles")), None)
        profile = load_profile(str(project), {}, None, paths.dbt_target)
    return FileHash.from_contents(
        pprint.pformat(sorted(profile.credentials.connection_info()))
    ).checksum
