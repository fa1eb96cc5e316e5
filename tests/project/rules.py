"""What an honest repository is: rules over its files, dbt's manifest and the gates' suites.

A rule yields a fault for everything that breaks it. What may break it for a good reason stands in
`exceptions.csv`, by rule and name; an exception that is not needed any more is a fault too.
"""

import csv
import importlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import jinja2
import jinja2.nodes
import yaml
from dbt.jsonschemas.jsonschemas import CustomDraft7Validator, project_schema, resources_schema
from dbt_common.clients.jinja import MaterializationExtension

from expectations.suite import Baseline, Suite, require_sound
from orchestration.errors import EmporiumError
from tests.project.portability import engine_only
from tests.project.registry import REGISTRY, lines, measures_named, topics

# One screen; the house aims at 40.
MACRO_LINES_AT_MOST = 60
# What a model of so few lines says is one call of a macro.
GENERATED_LINES_AT_MOST = 2
# The house aims at 60 and 120.
MODEL_LINES = {"median": 71, "9 of 10": 144}
# Data belongs into the raw zone, not into the repository.
FILE_BYTES_AT_MOST = 1 << 20
# A person leaves, a role stays; example.com is nobody's.
ROLE_ADDRESS = re.compile(r"[a-z]+@example\.com")
PINNED = re.compile(r"[A-Za-z0-9._-]+(\[[a-z0-9,_-]+\])?==[A-Za-z0-9.+!]+( ; [^@/]+)?")
SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Type of a mart's column -> how its name says so.
COLUMN_NAMES = {
    "boolean": re.compile(r"(is|has)_\w+"),
    "timestamp": re.compile(r"\w+_at"),
    "date": re.compile(r"\w+_date"),
    "decimal(18,2)": re.compile(r"\w+_amount"),
}


@dataclass(frozen=True)
class Fault:
    """Something that breaks a rule: its name, as in `exceptions.csv`, and what is wrong."""

    name: str
    problem: str


@dataclass(frozen=True)
class Repository:
    """A repository to judge.

    Attributes:
        folder: its top.
        files: the files in it, relative to the top, generated ones left out.
        manifest: dbt's manifest of it.
        suites: the gates in `expectations/`, by module.
    """

    folder: Path
    files: tuple[str, ...] = field(repr=False)
    manifest: dict[str, Any] = field(repr=False)
    suites: dict[str, Suite] = field(repr=False)

    @property
    def models(self) -> list[dict[str, Any]]:
        """The models of the manifest."""
        nodes = self.manifest["nodes"].values()
        return [node for node in nodes if node["resource_type"] == "model"]

    @property
    def marts(self) -> dict[str, list[dict[str, Any]]]:
        """Mart -> its models."""
        found: dict[str, list[dict[str, Any]]] = {}
        for model in self.models:
            if _layer(model) == "marts":
                found.setdefault(_folder(model), []).append(model)
        return found

    @property
    def macros(self) -> list[dict[str, Any]]:
        """The project's own macros."""
        macros = self.manifest["macros"].values()
        return [macro for macro in macros if macro["package_name"] == self.settings["name"]]

    @cached_property
    def settings(self) -> dict[str, Any]:
        """`dbt_project.yml`."""
        return dict(yaml.safe_load(self.read("dbt_project.yml")))

    def matching(self, pattern: str) -> list[str]:
        """The files whose path matches a pattern such as `models/*.sql`, at any depth."""
        top, _, name = pattern.rpartition("/")
        return [
            file for file in self.files if file.startswith(top) and PurePosixPath(file).match(name)
        ]

    def read(self, file: str) -> str:
        """The text of a file; empty if there is none."""
        path = self.folder / file
        return path.read_text() if path.exists() else ""


Faults = Iterator[Fault]
Rule = Callable[[Repository], Faults]


def suites(folder: Path) -> dict[str, Suite]:
    """The suites that `expectations/` declares, by module."""
    baseline = Baseline(date(2026, 1, 1))
    return {
        file.stem: importlib.import_module(f"expectations.{file.stem}").suite(baseline)
        for file in sorted((folder / "expectations").glob("*.py"))
        # The modules without a suite import Great Expectations, which takes seconds.
        if "\ndef suite(" in file.read_text()
    }


def exceptions(file: Path) -> dict[tuple[str, str], str]:
    """Rule and name -> why the name may break the rule."""
    with file.open(newline="") as rows:
        return {(row["rule"], row["name"]): row["reason"] for row in csv.DictReader(rows)}


# --- YAML


def yaml_keys(repository: Repository) -> Faults:
    """Every YAML key is one that dbt knows; on DuckDB dbt takes any key and ignores it."""
    for folder in ("models", "seeds", "macros", "tests"):
        for file in repository.matching(f"{folder}/*.yml"):
            for problem in _unknown_keys(repository.read(file), "resources"):
                yield Fault(file, problem)
    for problem in _unknown_keys(repository.read("dbt_project.yml"), "project"):
        yield Fault("dbt_project.yml", problem)


@cache
def _unknown_keys(text: str, kind: str) -> tuple[str, ...]:
    """What a file says that dbt does not know. Copies of the repository share all but one file."""
    return tuple(
        f"{'.'.join(map(str, error.path)) or 'the top'}: {error.message} "
        f"{'; '.join(cause.message for cause in error.context or [])}".strip()
        for error in _validator(kind).iter_errors(yaml.load(text, yaml.CSafeLoader))
    )


@cache
def _validator(kind: str) -> CustomDraft7Validator:
    schema = {"resources": resources_schema, "project": project_schema}[kind]()
    return CustomDraft7Validator(_with_expressions(_lower_case_severity(schema)))


def _lower_case_severity(schema: dict[str, Any]) -> dict[str, Any]:
    """dbt reads `severity` in any case; its schema knows one."""
    severities = schema["definitions"]["Severity"]["enum"]
    either = {"Severity": {"enum": [*severities, *map(str.lower, severities)]}}
    return {**schema, "definitions": {**schema["definitions"], **either}}


def _with_expressions(schema: Any) -> Any:
    """dbt takes an expression for any setting; its schema wants a value of these."""
    if isinstance(schema, list):
        return [_with_expressions(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    wider = {
        name: {"anyOf": [schema[name], {"type": "string", "pattern": "^{{.*}}$"}]}
        for name in ("enabled", "+incremental_strategy")
        if isinstance(schema.get(name), dict)
    }
    return {key: _with_expressions(part) for key, part in schema.items()} | wider


# --- layers


def layers(repository: Repository) -> Faults:
    """Each layer reads only what lies below it."""
    systems = set(repository.settings["vars"]["system_entities"])
    nodes = {**repository.manifest["nodes"], **repository.manifest["sources"]}
    for model in repository.models:
        for parent_id in model["depends_on"]["nodes"]:
            parent = nodes[parent_id]
            if not _may_read(model, parent, systems):
                yield Fault(model["name"], f"{_place(model)} may not read {_place(parent)}")


def _may_read(model: Mapping[str, Any], parent: Mapping[str, Any], systems: set[str]) -> bool:
    folder = _folder(model)
    match _layer(model), parent["resource_type"]:
        case "staging", "source":
            return bool(parent["source_name"] == folder)
        case "marts", "source":
            # What Python made of intermediate.
            return bool(parent["source_name"] == "analytics" and folder != "review")
        case "staging", "seed":
            return _owner(parent, systems) in (None, folder)
        case "staging", _:
            return _layer(parent) == "staging" and _folder(parent) == folder
        case "intermediate", "model" if folder == "conformed":
            # And what tells which of its rows other tables change.
            entity, changes = (
                model["name"].removeprefix("int_"),
                model["config"]["meta"].get("changes"),
            )
            return parent["name"] in {changes, *(f"stg_{system}__{entity}" for system in systems)}
        case _, "model" if folder == "review":
            return _layer(parent) == "marts" or _folder(parent) == "review"
        case _, "model" if _folder(parent) == "review":
            return False
        case "intermediate", "model":
            return _layer(parent) == "intermediate"
        case "marts", "model":
            return _layer(parent) in ("intermediate", "marts")
        case _, "seed":
            return folder != "conformed" and _owner(parent, systems) is None
        case _:
            return False


def _owner(seed: Mapping[str, Any], systems: set[str]) -> str | None:
    """The source system that a seed belongs to, as its name says; None: everybody's."""
    return next((system for system in systems if seed["name"].startswith(f"{system}_")), None)


def nothing_unread(repository: Repository) -> Faults:
    """Every model between staging and marts is read: every run pays for it."""
    manifest = repository.manifest
    read = {
        parent
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        for parent in node["depends_on"]["nodes"]
    }
    # What Python computes names its inputs.
    computed = [source["meta"].get("inputs", []) for source in manifest["sources"].values()]
    names = {name for inputs in computed for name in inputs}
    for model in repository.models:
        is_read = model["unique_id"] in read or model["name"] in names
        if _layer(model) == "intermediate" and not is_read:
            yield Fault(model["name"], "is read by no model: leave it out until one asks for it")


def systems_stay_in_staging(repository: Repository) -> Faults:
    """Above staging nobody knows which source systems exist."""
    systems = "|".join(repository.settings["vars"]["system_entities"])
    named = re.compile(rf"(?<![a-z])({systems})(?![a-z])", re.IGNORECASE)
    for folder in ("models/intermediate", "models/marts", "macros"):
        for file in repository.matching(f"{folder}/*.sql"):
            if found := named.search(repository.read(file)):
                yield Fault(file, f"names the source system {found[0]}")


def marts_have_no_cycle(repository: Repository) -> Faults:
    """Marts read each other in one direction, or none of them could be published first."""
    mart_of = {
        model["unique_id"]: mart for mart, models in repository.marts.items() for model in models
    }
    parents_of = {model["unique_id"]: model["depends_on"]["nodes"] for model in repository.models}
    reads: dict[str, set[str]] = {}
    for mart, models in repository.marts.items():
        waiting, found = (
            [parent for model in models for parent in model["depends_on"]["nodes"]],
            set(),
        )
        # Through what lies between marts, but not through other marts.
        while waiting:
            parent = waiting.pop()
            if parent not in found:
                found.add(parent)
                waiting += [] if parent in mart_of else parents_of.get(parent, [])
        reads[mart] = {mart_of[parent] for parent in found if mart_of.get(parent, mart) != mart}
    while free := {mart for mart in reads if not reads[mart]}:
        reads = {mart: reads[mart] - free for mart in reads if mart not in free}
    for mart, others in reads.items():
        yield Fault(mart, f"reads {' and '.join(sorted(others))}, which read it")


def no_target_in_models(repository: Repository) -> Faults:
    """Models are the same on every engine; macros hide the differences."""
    for file in repository.matching("models/*.sql"):
        for word in re.findall(r"\b(target\.\w+|env_var|adapter\.\w+)\b", repository.read(file)):
            yield Fault(file, f"uses {word}")


def portable_sql(repository: Repository) -> Faults:
    """Models, tests and gates are written in SQL that means the same on every engine."""
    written = {
        file: repository.read(file)
        for folder in ("models", "tests/singular")
        for file in repository.matching(f"{folder}/*.sql")
    }
    for test in repository.manifest["unit_tests"].values():
        for given in (*test["given"], test["expect"]):
            if given["format"] == "sql":
                written[test["name"]] = written.get(test["name"], "") + given["rows"]
    for suite in repository.suites.values():
        for expectation in (found for checks in suite for found in checks.expectations):
            written[expectation.name] = str(expectation.arguments.get("unexpected_rows_query", ""))
    for name, sql in written.items():
        for construct, instead in engine_only(sql):
            yield Fault(name, f"says {construct}, which is of one engine; write {instead}")


# --- names


def names(repository: Repository) -> Faults:
    """Folder = schema = file prefix, and the YAML of a model lies where readers look for it."""
    for model in repository.models:
        name, folder, where = model["name"], _folder(model), PurePosixPath(model["path"])
        prefix, schema, documented = {
            "staging": (f"(stg|base)_{folder}__", "staging", rf"_{folder}__models\.yml"),
            # A large folder has one file a topic.
            "intermediate": ("int_", "intermediate", rf"_int_{folder}(_[a-z]+)?__models\.yml"),
            "marts": ("(fct|dim)_", folder, rf"{name}\.yml"),
        }[_layer(model)]
        if not re.match(prefix, name) or not SNAKE_CASE.fullmatch(name.replace("__", "_", 1)):
            yield Fault(name, f"is not called {prefix}<snake_case> as a model in {where.parent}")
        if (where.parent.name == "base") != name.startswith("base_"):
            yield Fault(name, "base_ models lie in base/, and nothing else does")
        if model["schema"] != schema:
            yield Fault(name, f"lies in the schema {model['schema']}, not {schema}")
        if not re.fullmatch(documented, PurePosixPath(model["patch_path"] or "").name):
            yield Fault(name, f"is documented in {model['patch_path']}, not in {documented}")
    for seed in _seeds(repository):
        if seed["schema"] != PurePosixPath(seed["path"]).parent.name:
            yield Fault(seed["name"], f"lies in the schema {seed['schema']}, not in its folder's")


def column_names(repository: Repository) -> Faults:
    """The name of a mart's column says what it holds."""
    for model in _of_marts(repository):
        for column in model["columns"].values():
            rule = COLUMN_NAMES.get(column["data_type"])
            if not SNAKE_CASE.fullmatch(column["name"]):
                yield Fault(f"{model['name']}.{column['name']}", "is not snake_case")
            if rule and not rule.fullmatch(column["name"]):
                problem = f"{column['data_type']} is called {rule.pattern}"
                yield Fault(f"{model['name']}.{column['name']}", problem)


def unit_test_names(repository: Repository) -> Faults:
    """A unit test is called <model>__<behaviour>, and says in words what it proves."""
    for test in repository.manifest["unit_tests"].values():
        if not test["name"].startswith(f"{test['model']}__"):
            yield Fault(test["name"], f"does not begin with {test['model']}__")
        if not test["description"]:
            yield Fault(test["name"], "has no description")


def macro_files(repository: Repository) -> Faults:
    """One macro a file, which carries its name, and every macro is used.

    What differs between engines stands in one folder, a macro beside its bodies for each engine;
    what makes increments in another.
    """
    nodes = [*repository.manifest["nodes"].values(), *repository.manifest["macros"].values()]
    used = {macro for node in nodes for macro in node["depends_on"]["macros"]}
    hooks = repository.read("dbt_project.yml")
    names = {macro["name"] for macro in repository.macros}
    for macro in repository.macros:
        name, file = macro["name"], macro["original_file_path"]
        plain = _without_engine(name)
        places = [f"macros/engines/{plain}.sql"]
        if name == plain:
            places += [f"macros/{name}.sql", f"macros/increments/{name}.sql"]
        if file not in places:
            yield Fault(name, f"stands in {file}")
        is_called = macro["unique_id"] in used or f"{name}(" in hooks or name in _OVERRIDES
        is_body = name != plain and (plain in names or plain in _OVERRIDES)
        if not is_called and not is_body:
            yield Fault(name, "is used nowhere")


def short_macros(repository: Repository) -> Faults:
    """A macro fits on a screen."""
    for macro in repository.macros:
        lines = len(repository.read(macro["original_file_path"]).splitlines())
        if lines > MACRO_LINES_AT_MOST:
            yield Fault(macro["name"], f"is {lines} lines long")


def macros_without_refs(repository: Repository) -> Faults:
    """What a model reads stands in the model."""
    for macro in repository.macros:
        calls = _parsed(macro).find_all(jinja2.nodes.Call)
        if any(isinstance(c.node, jinja2.nodes.Name) and c.node.name == "ref" for c in calls):
            yield Fault(macro["name"], "calls ref()")


def macro_docs(repository: Repository) -> Faults:
    """A macro says what it does and what it needs, argument by argument.

    Its bodies for an engine have the same arguments and need no more; what replaces a macro of dbt
    says why.
    """
    arguments_of = {
        macro["name"]: [argument.name for argument in _definition(macro).args]
        for macro in repository.macros
    }
    for macro in repository.macros:
        name, documented = macro["name"], [argument["name"] for argument in macro["arguments"]]
        plain, arguments = _without_engine(name), arguments_of[name]
        if name != plain and plain in arguments_of:
            if arguments != arguments_of[plain]:
                yield Fault(name, f"has the arguments {arguments}, not {arguments_of[plain]}")
            continue
        if not macro["description"] or not str(macro["patch_path"]).endswith(_MACRO_DOCS):
            yield Fault(name, f"is not described in {' or '.join(_MACRO_DOCS)}")
        if name == plain and documented != arguments:
            yield Fault(name, f"has the arguments {arguments}, and documents {documented}")
        if not all(argument["description"] for argument in macro["arguments"]):
            yield Fault(name, "has an argument without description")


_MACRO_DOCS = ("macros/_macros.yml", "macros/engines/_engines.yml")
# dbt calls these by their names: what it lets a project decide, and what it wrote for Spark 2
# and for tables that declare nothing.
_OVERRIDES = (
    "generate_schema_name",
    "get_incremental_changed_keys_sql",
    "get_insert_overwrite_sql",
    "is_incremental",
    "should_full_refresh",
    "alter_column_comment",
    "create_table_as",
    "date_trunc",
    "dateadd",
    "datediff",
    "generate_series",
    "last_day",
    "listagg",
    "load_csv_rows",
    "persist_constraints",
    "persist_docs",
    "safe_cast",
    "split_part",
    "table",
)
_JINJA = jinja2.Environment(extensions=["jinja2.ext.do", MaterializationExtension], autoescape=True)


def _without_engine(name: str) -> str:
    """The macro, or materialization, that a body for one engine belongs to."""
    return re.sub("^(default|duckdb|spark)__|^materialization_|_duckdb$", "", name)


def _definition(macro: Mapping[str, Any]) -> jinja2.nodes.Macro:
    return next(_parsed(macro).find_all(jinja2.nodes.Macro))


def _parsed(macro: Mapping[str, Any]) -> jinja2.nodes.Template:
    return _JINJA.parse(macro["macro_sql"])


# --- documentation and contracts


def descriptions(repository: Repository) -> Faults:
    """Everything that a reader meets says what it is."""
    for node in [*repository.models, *_seeds(repository)]:
        if not node["description"].startswith("One row"):
            yield Fault(node["name"], "its description does not begin with its grain: One row ...")
    for table in repository.manifest["sources"].values():
        if not table["source_description"] or not table["description"]:
            yield Fault(table["name"], "the source or its table has no description")
        yield from _undescribed_columns(table)
    for model in _of_marts(repository):
        for part in ("One row per ", "Use it for", "Do not use it for"):
            if part not in " ".join(model["description"].split()):
                yield Fault(model["name"], f"its description lacks '{part.strip()}'")
    for model in _contracted(repository):
        yield from _undescribed_columns(model)


def _undescribed_columns(node: Mapping[str, Any]) -> Faults:
    for column in node["columns"].values():
        if not column["description"].strip():
            yield Fault(f"{node['name']}.{column['name']}", "has no description")


def contracts(repository: Repository) -> Faults:
    """Conformed models and marts are enforced to the type, and have a key."""
    for model in _contracted(repository):
        columns = list(model["columns"].values())
        constraints = [*model["constraints"], *(c for col in columns for c in col["constraints"])]
        if not model["config"]["contract"]["enforced"]:
            yield Fault(model["name"], "its contract is not enforced")
        if not all(column["data_type"] for column in columns):
            yield Fault(model["name"], "has a column without type")
        if "primary_key" not in [constraint["type"] for constraint in constraints]:
            yield Fault(model["name"], "has no primary key")


def column_order(
    repository: Repository, selected: Callable[[Mapping[str, Any]], list[str]]
) -> Faults:
    """The columns stand in the YAML as they do in the SQL: dbt reorders them in silence.

    Args:
        selected: the columns that the compiled SQL of a model selects, in order.
    """
    for model in _contracted(repository):
        in_yaml, in_sql = list(model["columns"]), selected(model)
        if in_yaml != in_sql:
            yield Fault(model["name"], f"the YAML has {in_yaml}, the SQL {in_sql}")


def exposures(repository: Repository) -> Faults:
    """What reads marts is declared as it is: which tables, what for, and which role answers."""
    names = {model["unique_id"]: model["name"] for model in _of_marts(repository)}
    read_by = {
        name: set(
            re.findall(_MART_TABLE, "".join(map(repository.read, repository.matching(files))))
        )
        for name, files in _READERS.items()
    }
    read_by["serving_file"] = {*names.values()}
    declared = {each["name"]: each for each in repository.manifest["exposures"].values()}
    for name in sorted(read_by.keys() ^ declared.keys()):
        yield Fault(name, "is declared, or reads marts, but not both")
    for name in sorted(read_by.keys() & declared.keys()):
        exposure = declared[name]
        told = {names.get(each, each) for each in exposure["depends_on"]["nodes"]}
        for table in sorted(read_by[name] ^ told):
            yield Fault(name, f"is to name {table} if it reads it, and only then")
        if not exposure["description"]:
            yield Fault(name, "has no description")
        if not ROLE_ADDRESS.fullmatch(str(exposure["owner"].get("email"))):
            yield Fault(name, "its owner is not a role such as analytics@example.com")


_MART_TABLE = r"\b(?:core|sales|channels|members|products|review)\.((?:fct|dim)_\w+)"
_READERS = {"operations_review": "reports/*.py", "run_summary": "orchestration/summary.py"}
"""Exposure -> the files that read what it names; the serving file holds everything."""


# --- what belongs together


def system_entities(repository: Repository) -> Faults:
    """`vars: system_entities` names exactly what the staging models of each system provide."""
    variables = repository.settings["vars"]
    declared = variables["system_entities"]
    conformed = {m["name"].removeprefix("int_") for m in repository.models if _is_conformed(m)}
    staging = [model for model in repository.models if _layer(model) == "staging"]
    for system in sorted({*declared, *map(_folder, staging), *variables["source_systems"]}):
        if system not in declared:
            yield Fault(system, "is no key of system_entities")
        models = {model["name"] for model in staging if _folder(model) == system}
        provided = {entity for entity in conformed if f"stg_{system}__{entity}" in models}
        for entity in sorted(provided ^ set(declared.get(system, []))):
            problem = (
                "is not declared" if entity in provided else "has no staging or conformed model"
            )
            yield Fault(system, f"{entity} {problem}")


def gates(repository: Repository) -> Faults:
    """Every table of every mart is checked by its mart's gate, and no gate lacks a mart."""
    for mart in sorted({*repository.marts, *repository.suites}):
        tables = {f"{mart}.{model['name']}" for model in repository.marts.get(mart, [])}
        suite = repository.suites.get(mart, [])
        for table in sorted(tables ^ {checks.table for checks in suite}):
            yield Fault(mart, f"{table} {'is not checked' if table in tables else 'is not of it'}")
        try:
            require_sound(mart, suite)
        except EmporiumError as error:
            yield Fault(mart, str(error))


def questions(repository: Repository) -> Faults:
    """The register is whole; what it calls answered is defined, proven and read by the review."""
    rows = list(csv.DictReader(repository.read("seeds/registry/questions.csv").splitlines()))
    if [row["question_id"] for row in rows] != [f"K{number:03}" for number in range(1, 153)]:
        yield Fault("questions", "are not K001 to K152 in their order")
    proven = _proven_questions(repository)
    for row in rows:
        name, answered = row["question_id"], row["is_answered"] == "true"
        for column in row:
            if not row[column].strip():
                yield Fault(name, f"has no {column}")
        if not any(
            table.startswith(f"{row['mart']}.") for table in row["source_tables"].split("; ")
        ):
            yield Fault(name, f"reads no table of {row['mart']}")
        if answered and name not in proven:
            yield Fault(name, "is called answered, and no unit test expects a value of it")
        if not answered and name in proven:
            yield Fault(name, "is called open, and a unit test expects a value of it")
        if not answered and row["mart"] in repository.settings["vars"]["finished_marts"]:
            yield Fault(name, f"has no answer, and {row['mart']} is called finished")
    read = repository.manifest["nodes"]["model.emporium.fct_answers"]["depends_on"]["nodes"]
    for model in repository.models:
        if model["name"].startswith(_ANSWERING) and model["unique_id"] not in read:
            yield Fault(model["name"], "is not registered in fct_answers")


_ANSWERING = "int_questions_answered_by_"


def _proven_questions(repository: Repository) -> set[str]:
    """The questions of which unit tests expect a value, or all measures that they are made of."""
    proven = {
        row["question_id"]
        for row in _expected(repository, _answers)
        if row.get("value") is not None
    }
    measured = {
        measure
        for row in _expected(repository, dict(topics(repository.manifest)).__contains__)
        for measure, value in row.items()
        if value is not None
    }
    made: dict[str, set[str]] = {}
    for line in lines(repository.read(REGISTRY)):
        made.setdefault(line["question_id"], set()).update(measures_named(line))
    return proven | {question for question, measures in made.items() if measures <= measured}


def _answers(model: str) -> bool:
    """Whether a model answers questions of its own, and not whichever a registry names."""
    return model.startswith(_ANSWERING) and not model.endswith("_registry")


def _expected(repository: Repository, is_of: Callable[[str], bool]) -> Iterator[dict[str, Any]]:
    """The rows that unit tests of some models expect."""
    for test in repository.manifest["unit_tests"].values():
        rows = test["expect"]["rows"]
        if is_of(test["model"]) and isinstance(rows, list):
            yield from rows


def registry(repository: Repository) -> Faults:
    """What the registry makes answers of, one topic measures; where it may lack, it says why."""
    found = [measure for _, measures in topics(repository.manifest) for measure in measures]
    for measure in sorted({each for each in found if found.count(each) > 1}):
        yield Fault(measure, "is a measure of two topics")
    for topic, measures in topics(repository.manifest):
        columns = repository.manifest["nodes"][f"model.emporium.{topic}"]["columns"]
        described = {name for name, column in columns.items() if column["description"]}
        for measure in sorted({*measures} ^ (described - {"period", "scope"})):
            yield Fault(measure, f"is not both a measure of {topic} and described there")
    for line in lines(repository.read(REGISTRY)):
        name = f"{line['question_id']} {line['scope']}"
        is_starred = "*" in line["scope"]
        for measure in sorted(measures_named(line) - set(found)):
            yield Fault(name, f"is made of {measure}, which no topic measures")
        if is_starred != line["measured_scope"].endswith("*"):
            yield Fault(name, "has a star in only one of scope and measured_scope")
        if not is_starred and not line["missing"]:
            yield Fault(name, "is answered in every period, and does not say why it may lack")
        if not line["denominator"] and (is_starred or line["statistic"] != "total"):
            yield Fault(name, "has no denominator")
        if not line["base_denominator"] and line["statistic"] in ("difference", "relative_change"):
            yield Fault(name, "has no base to compare with")
    named = set().union(*map(measures_named, lines(repository.read(REGISTRY))))
    for measure in sorted(set(found) - named):
        yield Fault(measure, "is measured, and no answer is made of it")


def unit_tests(repository: Repository) -> Faults:
    """Every formula above conformed is proven by a unit test."""
    tested = {test["model"] for test in repository.manifest["unit_tests"].values()}
    for model in repository.models:
        if _layer(model) != "staging" and not _is_conformed(model) and model["name"] not in tested:
            yield Fault(model["name"], "has no unit test")


# --- files


def lock_files(repository: Repository) -> Faults:
    """What is installed is pinned, complete, and comes from whatever index the user has."""
    lines = repository.read("requirements.lock").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    for line in pins:
        if not PINNED.fullmatch(line):
            yield Fault("requirements.lock", f"'{line}' is no pinned version")
    project = tomllib.loads(repository.read("pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pinned = {_package(line) for line in pins}
    for requirement in wanted:
        if _package(requirement) not in pinned:
            yield Fault("requirements.lock", f"lacks {requirement}")
    for file in repository.matching("/package-lock.json"):
        if "resolved" in json.dumps(json.loads(repository.read(file))):
            yield Fault(file, "names the index that it was made with")


def _package(requirement: str) -> str:
    name = re.split(r"[\[=<>!~ ;]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def file_sizes(repository: Repository) -> Faults:
    """The repository holds text for people."""
    for file in repository.files:
        if (size := (repository.folder / file).stat().st_size) > FILE_BYTES_AT_MOST:
            yield Fault(file, f"has {size:,} bytes")


def short_models(repository: Repository) -> Faults:
    """Models become shorter: the baseline is what they are, and is lowered when they are less."""
    lines = sorted(
        count
        for file in repository.matching("models/*.sql")
        if (count := len(repository.read(file).splitlines())) > GENERATED_LINES_AT_MOST
    )
    found = {"median": lines[len(lines) // 2], "9 of 10": lines[len(lines) * 9 // 10]}
    for what, baseline in MODEL_LINES.items():
        if found[what] != baseline:
            said = "shorten" if found[what] > baseline else "lower the baseline"
            yield Fault(what, f"models have {found[what]} lines, not {baseline}: {said}")


def readme_marts(repository: Repository) -> Faults:
    """The README lists the tables of the marts."""
    [section] = re.findall(r"^## The marts\n(.*?)^## ", repository.read("README.md"), re.M | re.S)
    listed: set[str] = set()
    for cell in re.findall(r"^\| (`.*?) \|", section, re.M):
        schema = ""
        for name in re.findall(r"`(.*?)`", cell):
            schema = name.partition(".")[0] if "." in name else schema
            listed.add(f"{schema}.{name.rpartition('.')[2]}")
    tables = {f"{m['schema']}.{m['name']}" for models in repository.marts.values() for m in models}
    for name in sorted(tables - listed):
        yield Fault(name, "is not in the README's list of marts")
    for name in sorted(listed - tables - {"meta.*"}):
        yield Fault(name, "stands in the README's list of marts, and is no table of a mart")


def telemetry(repository: Repository) -> Faults:
    """Nothing that runs here tells anybody."""
    if repository.settings.get("flags", {}).get("send_anonymous_usage_stats") is not False:
        yield Fault("dbt_project.yml", "does not switch off send_anonymous_usage_stats")
    dagster = yaml.safe_load(repository.read("orchestration/dagster.yaml"))
    if dagster.get("telemetry", {}).get("enabled") is not False:
        yield Fault("orchestration/dagster.yaml", "does not switch off telemetry")
    if "analytics_enabled=False" not in repository.read("expectations/runner.py"):
        yield Fault("expectations/runner.py", "does not switch off analytics_enabled")


RULES: tuple[Rule, ...] = (
    yaml_keys,
    layers,
    nothing_unread,
    systems_stay_in_staging,
    marts_have_no_cycle,
    no_target_in_models,
    portable_sql,
    names,
    column_names,
    unit_test_names,
    macro_files,
    short_macros,
    macros_without_refs,
    macro_docs,
    descriptions,
    contracts,
    exposures,
    system_entities,
    gates,
    questions,
    registry,
    unit_tests,
    lock_files,
    file_sizes,
    short_models,
    readme_marts,
    telemetry,
)


# --- the manifest


def _layer(node: Mapping[str, Any]) -> str:
    return str(node["fqn"][1])


def _folder(model: Mapping[str, Any]) -> str:
    return str(model["fqn"][2])


def _place(node: Mapping[str, Any]) -> str:
    return f"{node['name']} ({'/'.join(node['fqn'][1:-1])})"


def _is_conformed(model: Mapping[str, Any]) -> bool:
    return _layer(model) == "intermediate" and _folder(model) == "conformed"


def _contracted(repository: Repository) -> list[dict[str, Any]]:
    return [m for m in repository.models if _layer(m) == "marts" or _is_conformed(m)]


def _of_marts(repository: Repository) -> list[dict[str, Any]]:
    return [model for models in repository.marts.values() for model in models]


def _seeds(repository: Repository) -> list[dict[str, Any]]:
    nodes = repository.manifest["nodes"].values()
    return [node for node in nodes if node["resource_type"] == "seed"]
