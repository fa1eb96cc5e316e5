"""dbt run as a user would, and what it leaves."""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import DBT

_SETTINGS = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text())
ALL_SYSTEMS = ("--vars", json.dumps({"source_systems": list(_SETTINGS["vars"]["system_entities"])}))
"""Arguments that enable every source system."""


@dataclass(frozen=True)
class Build:
    """What a dbt command left: the warehouse, the manifest with compiled SQL, and the results.

    Attributes:
        results: unique id -> status.
        said: what it printed.
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


def dbt(project: Path, paths: Paths, *arguments: str) -> Build:
    """Runs dbt as a user would, in a project folder and on a data folder."""
    paths.build.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [str(DBT), "--no-use-colors", *arguments],
        cwd=project,
        env=environment(project, paths),
        capture_output=True,
        text=True,
        check=False,
    )
    results_file = paths.target / "run_results.json"
    assert results_file.exists(), done.stdout + done.stderr
    results = json.loads(results_file.read_text())["results"]
    return Build(
        paths=paths,
        manifest=json.loads((paths.target / "manifest.json").read_text()),
        results={result["unique_id"]: result["status"] for result in results},
        said=done.stdout,
    )
