"""What dbt does, and what it leaves."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml

from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import DBT
from tests.budget import count
from tests.project.parsing import DECISIVE, declared, place_parsed
from tests.project.running import invoke

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

Run = Callable[..., str]
"""Runs dbt in a project folder, on a data folder, with arguments; says what stopped it."""
ALL_SYSTEMS = (
    "--vars",
    json.dumps({"source_systems": list(declared(PROJECT_DIR)["system_entities"])}),
)
"""Arguments that enable every source system."""


@dataclass(frozen=True)
class Build:
    """What a dbt command left: the warehouse, the manifest with compiled SQL, and the results.

    Attributes:
        results: unique id -> status.
        said: what it said of them, and of what stopped it.
    """

    paths: Paths
    manifest: dict[str, Any] = field(repr=False)
    results: dict[str, str] = field(repr=False)
    said: str = field(repr=False)


def environment(project: Path, paths: Paths) -> dict[str, str]:
    """What dbt needs to know to run in a project folder and on a data folder."""
    return {
        **os.environ,
        "EMPORIUM_DATA": str(paths.data),
        "DBT_PROFILES_DIR": str(project / "profiles"),
        "DBT_TARGET_PATH": str(paths.target),
        "DBT_LOG_PATH": str(paths.target),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def dbt(
    project: Path,
    paths: Paths,
    *arguments: str,
    run: Run | None = None,
    manifest: "Manifest | None" = None,
) -> Build:
    """Runs dbt in a project folder, which is this repository or a copy of it, on a data folder.

    Args:
        run: what runs it; by default this process on DuckDB, and one of its own on Spark.
        manifest: what dbt is to take for the project, in this process; by default it parses it,
            this repository once a process.
    """
    paths.build.mkdir(parents=True, exist_ok=True)
    count("builds", " ".join(arguments))
    if project == PROJECT_DIR and paths.engine == "duckdb" and not (run or manifest):
        manifest = parsed_once(paths, _variables(arguments))
    if not manifest:
        place_parsed(paths, paths.target, _variables(arguments), project)
    results_file = paths.target / "run_results.json"
    results_file.unlink(missing_ok=True)
    if manifest:
        run = partial(in_this_process, manifest=manifest)
    run = run or (in_this_process if paths.engine == "duckdb" else _in_process_of_its_own)
    stopped = run(project, paths, *arguments)
    assert results_file.exists(), stopped
    return read_build(paths, stopped)


def read_build(paths: Paths, stopped: str = "") -> Build:
    """What the last dbt command left in a data folder, which another process may have filled."""
    results = json.loads((paths.target / "run_results.json").read_text())["results"]
    said = [f"{each['status']}: {each['unique_id']}: {each['message']}" for each in results]
    return Build(
        paths=paths,
        manifest=json.loads((paths.target / "manifest.json").read_text()),
        results={result["unique_id"]: result["status"] for result in results},
        said="\n".join([*said, stopped]),
    )


def _variables(arguments: tuple[str, ...]) -> dict[str, Any]:
    if "--vars" not in arguments:
        return {}
    return dict(yaml.safe_load(arguments[arguments.index("--vars") + 1]))


def parsed_here(project: Path, paths: Paths, *arguments: str) -> "Manifest":
    """What dbt parses of a project, as objects of this process, which may be changed."""
    place_parsed(paths, paths.target, _variables(arguments), project)
    done = invoke(project, paths, paths.target, "parse", *arguments)
    assert done.success, done.exception
    return cast("Manifest", done.result)


_PARSED: dict[str, "Manifest"] = {}


def parsed_once(paths: Paths, variables: Mapping[str, Any]) -> "Manifest":
    """What dbt parses of this repository for some source systems, which a process reads once."""
    systems = variables.get(DECISIVE) or declared(PROJECT_DIR)[DECISIVE]
    told = json.dumps({DECISIVE: systems})
    if told not in _PARSED:
        _PARSED[told] = parsed_here(PROJECT_DIR, paths, "--vars", told)
    return _PARSED[told]


def in_this_process(
    project: Path, paths: Paths, *arguments: str, manifest: "Manifest | None" = None
) -> str:
    """Runs dbt, and says what stopped it."""
    done = invoke(project, paths, paths.target, *arguments, manifest=manifest)
    return str(done.exception or "")


def _in_process_of_its_own(project: Path, paths: Paths, *arguments: str) -> str:
    done = subprocess.run(
        [*DBT, "--no-use-colors", *arguments, "--target", paths.dbt_target],
        cwd=project,
        env=environment(project, paths),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr
