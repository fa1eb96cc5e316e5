"""What of the project dbt comes to on Spark when it builds some of it, as its manifest knows."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

OWN = ("macros/engines/", "macros/increments/")
"""Where macros lie that hide how an engine, or an increment on it, does what is asked of it."""
# dbt looks for a macro in the project first, then in the adapter, then in itself.
PACKAGES = ("emporium", "dbt_spark", "dbt")


def named(manifest: Mapping[str, Any], models: Collection[str]) -> set[str]:
    """Models and seeds by unique id."""
    found = {name for name, node in manifest["nodes"].items() if node["name"] in models}
    assert len(found) == len(models), "a model is not there, or its name is not its own"
    return found


def closure(manifest: Mapping[str, Any], models: Collection[str]) -> set[str]:
    """Models, and all that they read of the project."""
    nodes, found = manifest["nodes"], set()
    waiting = [*named(manifest, models)]
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in found:
            found.add(name)
            waiting += nodes[name]["depends_on"].get("nodes", [])
    return found


def read_by(manifest: Mapping[str, Any], models: Collection[str]) -> set[str]:
    """What models, by unique id, read of the project and are not themselves."""
    nodes = manifest["nodes"]
    read = {each for name in models for each in nodes[name]["depends_on"].get("nodes", [])}
    return {name for name in read if name in nodes and name not in models}


def data_tests_of(manifest: Mapping[str, Any], models: Collection[str]) -> set[str]:
    """The data tests that need no other model, by unique id."""
    found = set()
    for name, node in manifest["nodes"].items():
        if node["resource_type"] == "test":
            # What is switched off is no node, but is still read.
            read = {each for each in node["depends_on"]["nodes"] if not each.startswith("source.")}
            if read and read <= {*models}:
                found.add(name)
    return found


def macros_reached(manifest: Mapping[str, Any], nodes: Iterable[str]) -> set[str]:
    """The project's macros for engines that some nodes come to, by themselves or through others."""
    macros = manifest["macros"]
    reached: set[str] = set()
    waiting = [name for node in nodes for name in _called(manifest, manifest["nodes"][node])]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in macros:
            continue
        reached.add(name)
        # What calls dbt's own macro of that name comes to the project's.
        waiting += [*macros[name]["depends_on"]["macros"], _found(macros, macros[name]["name"])]
    return {macros[name]["name"] for name in reached if macros[name]["path"].startswith(OWN)}


def kinds(manifest: Mapping[str, Any], nodes: Iterable[str]) -> set[tuple[str, ...]]:
    """How the tables of some nodes are made: what they are, their layer, materialisation, key."""
    found: set[tuple[str, ...]] = set()
    for name in nodes:
        node = manifest["nodes"][name]
        if node["resource_type"] in ("model", "seed"):
            by_file = "_source_file" in (node["config"].get("unique_key") or "")
            found.add(
                (
                    node["resource_type"],
                    "" if node["resource_type"] == "seed" else node["fqn"][1],
                    node["config"]["materialized"],
                    "by file" if by_file else "",
                )
            )
    return found


def _called(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> list[str]:
    """What a node calls, and what makes its table."""
    called = list(node["depends_on"]["macros"])
    if node["resource_type"] in ("model", "seed"):
        kind = node["config"]["materialized"]
        for engine in ("spark", "default"):
            name = _found(manifest["macros"], f"materialization_{kind}_{engine}")
            if name:
                return [*called, name]
    return called


def _found(macros: Mapping[str, Any], name: str) -> str:
    candidates = (f"macro.{package}.{name}" for package in PACKAGES)
    return next((each for each in candidates if each in macros), "")
