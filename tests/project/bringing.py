"""Which source tables the answer to a question of the review is made of, by lineage."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.paths import PROJECT_DIR
from tests.project.registry import REGISTRY, lines, measures_named, topics

ALONE = ("orders", "order_lines")
"""What every source brings."""
# What these make of all that lands serves every answer, and none waits for it: who a person is,
# which rows are odd, what another currency is worth, and until when there is data.
SERVING_ALL = (
    "identity",
    "rules",
    "changes",
    "int_as_of",
    "int_exchange_rates",
    "int_order_lines_assumed",
    "int_order_lines_quarantined",
)
# They make answers fuller, and leave them measurable where they are absent.
FULLER = ("industry_benchmarks", "refund_lines", "refunds", "skus", "touches", "users")
ROW = re.compile(r"\| (?P<tables>(?:`\w+`(?:, )?)+) \| (?P<questions>K\d{3}(?:, K\d{3})*) \|")


def documented(text: str) -> dict[tuple[str, ...], list[str]]:
    """Tables -> the questions that they answer beside what every source brings, as a page says."""
    return {
        tuple(re.findall(r"\w+", row["tables"])): row["questions"].split(", ")
        for row in map(ROW.fullmatch, text.splitlines())
        if row
    }


def derived(manifest: Mapping[str, Any], alone: list[str]) -> dict[tuple[str, ...], list[str]]:
    """The same by lineage, for the questions that orders and their lines do not answer alone."""
    read: dict[str, set[str]] = {}
    for question, tables in _tables_of_questions(manifest):
        read.setdefault(question, set()).update(tables)
    found: dict[tuple[str, ...], list[str]] = {}
    for question, tables in sorted(read.items()):
        if question not in alone:
            needed = sorted(tables - {*ALONE, *FULLER}) or sorted(tables - {*ALONE})
            found.setdefault(tuple(needed), []).append(question)
    return found


def _tables_of_questions(manifest: Mapping[str, Any]) -> Iterator[tuple[str, set[str]]]:
    for node in manifest["nodes"].values():
        if node["name"].startswith("int_questions_answered_by_"):
            for question in set(re.findall(r"'(K\d{3})'", node["raw_code"])):
                yield question, set(_tables(node["unique_id"], manifest["nodes"]))
    registered = lines((PROJECT_DIR / REGISTRY).read_text())
    for topic, measures in topics(manifest):
        made = {line["question_id"] for line in registered if measures_named(line) & {*measures}}
        for question in made:
            yield question, set(_tables(f"model.emporium.{topic}", manifest["nodes"]))


def _tables(unique_id: str, nodes: Mapping[str, Any]) -> Iterator[str]:
    """The conformed tables that a model reads, directly or through others."""
    node = nodes.get(unique_id)
    if node is None or node["resource_type"] != "model":
        return
    folder, name = node["fqn"][2], node["name"]
    if folder in SERVING_ALL or name in SERVING_ALL:
        return
    if folder == "conformed":
        yield name.removeprefix("int_")
    else:
        for parent in node["depends_on"]["nodes"]:
            yield from _tables(parent, nodes)
