"""The dbt project: its settings, its manifest, and what the manifest says about marts."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.profile import PROFILES_DIR

# How dbt is started.
DBT: tuple[str, ...] = (sys.executable, "-m", "orchestration.lean_dbt")
_MANIFEST_INPUTS = ("models", "macros", "seeds", "tests")


class Project:
    """The dbt project as one run sees it.

    Attributes:
        paths: where the warehouse lies.
        source: the only source system of the run, or None for those of `dbt_project.yml`.
    """

    def __init__(self, paths: Paths, source: str | None) -> None:
        self.paths = paths
        self.source = source

    @classmethod
    def from_environment(cls) -> "Project":
        """The project for `EMPORIUM_DATA`, `EMPORIUM_TARGET` and `EMPORIUM_SOURCE`.

        All reach dbt's profile and macros through the environment, so the data folder is made
        absolute there: dbt and Dagster start in different folders.
        """
        paths = Paths.from_environment()
        os.environ["EMPORIUM_DATA"] = str(paths.data)
        return cls(paths, os.environ.get("EMPORIUM_SOURCE") or None)

    @cached_property
    def variables(self) -> dict[str, Any]:
        """dbt variables of this run: a single source system brings its own shop's settings.

        Raises:
            EmporiumError: `source` is no source system of the project.
        """
        if self.source is None:
            return {}
        shops = _declared_shops()
        if self.source not in shops:
            raise EmporiumError(
                f"Unknown source system '{self.source}': the project declares "
                f"{', '.join(sorted(shops))}."
            )
        return {"source_systems": [self.source], **shops[self.source]}

    @cached_property
    def source_systems(self) -> list[str]:
        """The enabled source systems."""
        return list(self.variable("source_systems"))

    def variable(self, name: str) -> Any:
        """A dbt variable as this run sets it."""
        return {**_yaml(PROJECT_DIR / "dbt_project.yml")["vars"], **self.variables}[name]

    def prepare(self) -> None:
        """Parses the dbt project, unless its manifest is as new as the project and its settings.

        Raises:
            EmporiumError: dbt cannot parse the project.
        """
        stamp = self.paths.target / "manifest.stamp"
        key = self.key
        if self.manifest_path.exists() and stamp.exists() and stamp.read_text() == key:
            return
        self.paths.target.mkdir(parents=True, exist_ok=True)
        arguments = [*DBT, "--no-use-colors", "parse", "--target", self.paths.dbt_target]
        arguments += ["--vars", json.dumps(self.variables)]
        parsed = subprocess.run(  # noqa: S603
            arguments,
            cwd=PROJECT_DIR,
            env={
                **os.environ,
                "DBT_PROFILES_DIR": str(PROFILES_DIR),
                "DBT_TARGET_PATH": str(self.paths.target),
                "DBT_LOG_PATH": str(self.paths.target),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if parsed.returncode != 0:
            raise EmporiumError(f"dbt cannot parse the project:\n{parsed.stdout.strip()}")
        stamp.write_text(key)

    def artifacts(self, stage: str) -> Path:
        """A folder for dbt's artifacts of a stage, empty but for what spares dbt parsing anew."""
        folder = self.paths.target / stage
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        # What a stage before this one parsed is of this run's variables, or as good as any.
        parsed = [self.paths.target / "build", self.paths.target]
        with suppress(StopIteration):
            known = (path / "partial_parse.msgpack" for path in parsed)
            shutil.copy(next(path for path in known if path.exists()), folder)
        return folder

    @property
    def key(self) -> str:
        """Code, target and settings of the dbt project, as a hash."""
        files = [PROJECT_DIR / "dbt_project.yml"]
        for folder in _MANIFEST_INPUTS:
            files += sorted(
                path
                for path in (PROJECT_DIR / folder).rglob("*")
                if path.suffix in {".sql", ".yml", ".md", ".csv"}
            )
        digest = hashlib.sha256(json.dumps([self.paths.dbt_target, self.variables]).encode())
        digest.update((PROFILES_DIR / "profiles.yml").read_bytes())
        for file in files:
            digest.update(f"{file.relative_to(PROJECT_DIR)}\n".encode())
            digest.update(file.read_bytes())
        return digest.hexdigest()

    @property
    def manifest_path(self) -> Path:
        """dbt's `manifest.json`."""
        return self.paths.target / "manifest.json"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """dbt's manifest, parsed first if need be."""
        self.prepare()
        return dict(json.loads(self.manifest_path.read_text()))

    @property
    def name(self) -> str:
        """The project's name, as its nodes' unique ids have it."""
        return str(self.manifest["metadata"]["project_name"])

    @cached_property
    def analytics(self) -> list[dict[str, Any]]:
        """The tables that Python writes between two stages of dbt: the source `analytics`."""
        sources = self.manifest["sources"].values()
        return [node for node in sources if node["source_name"] == "analytics"]

    @cached_property
    def marts_on_analytics(self) -> list[str]:
        """The marts that read, also through others, what Python writes."""
        waiting: list[str] = [table["unique_id"] for table in self.analytics]
        seen: set[str] = set()
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += self.manifest["child_map"].get(node, [])
        return sorted({node["fqn"][2] for node in self._mart_models() if node["unique_id"] in seen})

    @cached_property
    def marts(self) -> dict[str, list[str]]:
        """Mart -> its tables, by name. A mart is a folder of `models/marts`."""
        tables: dict[str, list[str]] = {}
        for node in self._mart_models():
            tables.setdefault(node["fqn"][2], []).append(node["name"])
        return {mart: sorted(tables[mart]) for mart in sorted(tables)}

    @cached_property
    def reads(self) -> dict[str, set[str]]:
        """Mart -> the other marts that its models read, also through models of no mart."""
        mart_of = {node["unique_id"]: node["fqn"][2] for node in self._mart_models()}
        reads: dict[str, set[str]] = {mart: set() for mart in self.marts}
        for node in self._mart_models():
            mart = node["fqn"][2]
            waiting: list[str] = list(node["depends_on"]["nodes"])
            seen: set[str] = set()
            while waiting:
                parent = waiting.pop()
                if parent in mart_of:
                    reads[mart] |= {mart_of[parent]} - {mart}
                elif parent not in seen:
                    seen.add(parent)
                    waiting += self.manifest["parent_map"].get(parent, [])
        return reads

    def read_through(self, mart: str) -> set[str]:
        """The marts that a mart reads, directly or through another."""
        found: set[str] = set()
        waiting = set(self.reads[mart])
        while waiting:
            found |= waiting
            waiting = {deeper for near in waiting for deeper in self.reads[near]} - found
        return found

    def _mart_models(self) -> Iterable[Mapping[str, Any]]:
        return (
            node
            for node in self.manifest["nodes"].values()
            if node["resource_type"] == "model" and node["fqn"][1] == "marts"
        )


def _declared_shops() -> dict[str, dict[str, Any]]:
    """Source system -> the settings of a warehouse of it alone, from its sources YAML."""
    shops = {}
    for file in sorted((PROJECT_DIR / "models" / "staging").glob("*/_*__sources.yml")):
        for source in _yaml(file).get("sources", []):
            shops[source["name"]] = dict(source.get("config", {}).get("meta", {}).get("shop", {}))
    return shops


def _yaml(file: Path) -> dict[str, Any]:
    import yaml

    return dict(yaml.safe_load(file.read_text()))
