"""What published marts rest on: while nothing of it changes, a run has nothing to do."""

import hashlib
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from orchestration.engines import Engine
from orchestration.paths import CODE_DIR, PROJECT_DIR, Paths
from orchestration.project import Project
from orchestration.raw_zone import landed_files

# Code that makes or judges rows, beside dbt's.
_PYTHON = ("analytics", "expectations", "orchestration")


def basis_of(project: Project, as_of: str) -> str:
    """All that decides what a run publishes, as a hash: landed files, code, settings and versions
    of libraries.

    Args:
        as_of: the first day not covered, as the run was told; empty: as the project says.
    """
    settings = [project.key, as_of, os.environ.get("EMPORIUM_SALT", "")]
    digest = hashlib.sha256("\n".join([*settings, *landed_files(project.paths.raw)]).encode())
    for top, file in _code():
        digest.update(f"{file.relative_to(top)}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def stands(project: Project, engine: Engine, basis: str) -> bool:
    """Whether every mart is readable as the last run published it, and rested on the same."""
    kept = project.paths.basis
    if not kept.exists() or kept.read_text() != basis:
        return False
    readable = {table.partition(".")[0] for table in engine.baseline(date.max).published_rows}
    return readable >= set(project.marts)


def forget(paths: Paths, follows: str = "") -> None:
    """What is published may soon rest on something else: on `follows`, once all is published."""
    paths.basis.unlink(missing_ok=True)
    _next(paths).write_text(follows)


def keep(paths: Paths) -> None:
    """All marts have been published, by the run that said what they rest on."""
    if _next(paths).exists() and _next(paths).read_text():
        _next(paths).replace(paths.basis)


def _next(paths: Paths) -> Path:
    return paths.basis.with_suffix(".next")


def _code() -> Iterator[tuple[Path, Path]]:
    """Files of code with the folder that they are named in: this repository, or the dbt project."""
    for top in dict.fromkeys((CODE_DIR, PROJECT_DIR)):
        for folder in _PYTHON:
            yield from ((top, file) for file in sorted((top / folder).rglob("*.py")))
    yield from ((CODE_DIR, file) for file in sorted(CODE_DIR.glob("requirements*.lock")))
