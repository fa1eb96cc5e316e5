"""The repository as its tests see it, and copies of it that may be broken."""

import json
import os
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from tests.project.builds import ALL_SYSTEMS, Build, dbt, read_build
from tests.project.parsing import place_parsed
from tests.project.rules import Repository, suites
from tests.shared import once


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """This repository with dbt's manifest of it, every system enabled. Shared: do not change it."""
    project = Project(Paths(tmp_path_factory.mktemp("manifest")), None)
    project.variables = {"source_systems": list(project.variable("system_entities"))}
    place_parsed(project.paths, project.paths.target, project.variables)
    files = tuple(sorted(_files(PROJECT_DIR)))
    return Repository(PROJECT_DIR, files, project.manifest, suites(PROJECT_DIR))


@pytest.fixture(scope="session")
def manifest_text(repository: Repository) -> str:
    """dbt's manifest of the repository, of which a copy is read in half of the time."""
    return json.dumps(repository.manifest)


@pytest.fixture
def copied_repository(repository: Repository, manifest_text: str, tmp_path: Path) -> Repository:
    """A copy of the repository that a test may break."""
    for name in repository.files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(repository.folder / name, tmp_path / name)
    manifest = json.loads(manifest_text)
    return Repository(tmp_path, repository.files, manifest, dict(repository.suites))


@pytest.fixture(scope="session")
def built() -> Build:
    """The project built with all its tests on a data folder in which nothing ever landed.

    Shared: do not change it.
    """

    def build(folder: Path) -> None:
        dbt(PROJECT_DIR, Paths(folder), "build", *ALL_SYSTEMS)

    return read_build(Paths(once("no_data", build)))


def _files(folder: Path) -> Iterator[str]:
    """The files that git would keep; the project may have been unpacked without git."""
    ignored = [".git", *(line.rstrip("/") for line in (folder / ".gitignore").read_text().split())]
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not any(fnmatch(name, i) for i in ignored)]
        for name in names:
            if not any(fnmatch(name, pattern) for pattern in ignored):
                yield str((Path(where) / name).relative_to(folder))
