"""The repository as its tests see it, and copies of it that may be broken."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from tests.project.rules import Repository, suites


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """This repository with dbt's manifest of it. Shared: do not change it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted({name for name in listed.stdout.split("\0") if (PROJECT_DIR / name).is_file()})
    project = Project(Paths(tmp_path_factory.mktemp("manifest")), None)
    return Repository(PROJECT_DIR, tuple(names), project.manifest, suites(PROJECT_DIR))


@pytest.fixture
def copied_repository(repository: Repository, tmp_path: Path) -> Repository:
    """A copy of the repository that a test may break."""
    for name in repository.files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(repository.folder / name, tmp_path / name)
    manifest = json.loads(json.dumps(repository.manifest))
    return Repository(tmp_path, repository.files, manifest, dict(repository.suites))
