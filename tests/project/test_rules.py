"""Every rule of an honest repository holds, and every rule is able to fail."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from expectations.suite import identity, on
from tests.project import rules
from tests.project.rules import RULES, Repository, Rule, exceptions

EXCEPTIONS = exceptions(Path(__file__).with_name("exceptions.csv"))

Damage = Callable[[Repository], None]


def edit(file: str, old: str, new: str) -> Damage:
    """Replaces the first occurrence of a text in a file."""

    def damage(repository: Repository) -> None:
        text = repository.read(file)
        assert old in text, f"{file} no longer holds {old!r}: change the test"
        (repository.folder / file).write_text(text.replace(old, new, 1))

    return damage


def change(collection: str, unique_id: str, path: str, value: Any) -> Damage:
    """Sets a value in the manifest, named by a dotted path below one of its resources."""

    def damage(repository: Repository) -> None:
        *parents, last = path.split(".")
        target = repository.manifest[collection][unique_id]
        for parent in parents:
            target = target[parent]
        assert last in target
        target[last] = value

    return damage


def model(name: str, path: str, value: Any) -> Damage:
    return change("nodes", f"model.emporium.{name}", path, value)


def macro(name: str, path: str, value: Any) -> Damage:
    return change("macros", f"macro.emporium.{name}", path, value)


def exposure(name: str, path: str, value: Any) -> Damage:
    return change("exposures", f"exposure.emporium.{name}", path, value)


def reading(name: str, *parents: str) -> Damage:
    """Lets a model read other nodes than it does."""
    return model(name, "depends_on.nodes", list(parents))


def without(collection: str, unique_id: str) -> Damage:
    """Takes a resource out of the manifest."""

    def damage(repository: Repository) -> None:
        del repository.manifest[collection][unique_id]

    return damage


def without_tests_of(name: str) -> Damage:
    def damage(repository: Repository) -> None:
        tests = repository.manifest["unit_tests"]
        for key in [key for key, test in tests.items() if test["model"] == name]:
            del tests[key]

    return damage


def measuring(name: str, measure: str) -> Damage:
    """Lets a topic give another measure."""
    code = f"{{{{ measures(ref('{name}'), ['{measure}']) }}}}"
    return model("int_measures", "raw_code", code)


def suite_without(mart: str, table: str) -> Damage:
    def damage(repository: Repository) -> None:
        suite = repository.suites[mart]
        repository.suites[mart] = [checks for checks in suite if checks.table != table]

    return damage


def suite_with(mart: str, table: str) -> Damage:
    def damage(repository: Repository) -> None:
        checks = repository.suites[mart][0].expectations
        repository.suites[mart] = [*repository.suites[mart], on(table, *checks)]

    return damage


def suite_saying(mart: str, name: str, sql: str) -> Damage:
    def damage(repository: Repository) -> None:
        checks = on(f"{mart}.dim_dates", identity(name, "Days are counted.", sql))
        repository.suites[mart] = [*repository.suites[mart], checks]

    return damage


def gate_without_mart(repository: Repository) -> None:
    repository.suites["weather"] = repository.suites["core"]


def grown(file: str, size: int) -> Damage:
    def damage(repository: Repository) -> None:
        with (repository.folder / file).open("a") as opened:
            opened.write("\n" * size)

    return damage


def grown_all(pattern: str, size: int) -> Damage:
    def damage(repository: Repository) -> None:
        for file in repository.matching(pattern):
            grown(file, size)(repository)

    return damage


MART_YAML = "models/marts/products/dim_products.yml"
MEMBERS_YAML = "models/marts/members/dim_members.yml"
SOURCES = "models/staging/online_retail/_online_retail__sources.yml"
STAGING = "model.emporium.stg_online_retail__orders"
COUNTRIES = "seed.emporium.online_retail_countries"
ESTIMATES = "source.emporium.analytics.experiment_estimates"
INVOICES = "source.emporium.online_retail.invoice_lines"
QUESTIONS = "seeds/registry/questions.csv"
ANSWERS = "seeds/registry/answers.csv"
REGIONS = "model.emporium.int_questions_answered_by_regions"

# Rule, the name of what it has to find fault with, and how that came to be.
DAMAGES: list[tuple[Rule, str, Damage]] = [
    (rules.yaml_keys, MART_YAML, edit(MART_YAML, "    description:", "    descrpition:")),
    (rules.yaml_keys, MART_YAML, edit(MART_YAML, "        description:", "        descrpition:")),
    (rules.yaml_keys, MEMBERS_YAML, edit(MEMBERS_YAML, "data_tests:", "data_test:")),
    (rules.yaml_keys, MART_YAML, edit(MART_YAML, "unit_tests:", "unit_test:")),
    (rules.yaml_keys, MART_YAML, edit(MART_YAML, "type: not_null", "type: not_nul")),
    (rules.yaml_keys, MART_YAML, edit(MART_YAML, "    given:", "    givn:")),
    (rules.yaml_keys, SOURCES, edit(SOURCES, "data_type:", "datatype:")),
    (
        rules.yaml_keys,
        "seeds/reference/_reference__seeds.yml",
        edit("seeds/reference/_reference__seeds.yml", "column_types:", "columntypes:"),
    ),
    (
        rules.yaml_keys,
        "models/marts/_exposures.yml",
        edit("models/marts/_exposures.yml", "owner:", "onwer:"),
    ),
    (
        rules.yaml_keys,
        "macros/_macros.yml",
        edit("macros/_macros.yml", "arguments:", "parameters:"),
    ),
    (
        rules.yaml_keys,
        "dbt_project.yml",
        edit("dbt_project.yml", "+materialized: view", "+materialised: view"),
    ),
    (
        rules.yaml_keys,
        "dbt_project.yml",
        edit("dbt_project.yml", "model-paths:", "models-paths:"),
    ),
    # What each layer may not read: staging what is above it, conformed another entity or a seed,
    # intermediate staging or a mart, a mart staging, a source or a seed of one system.
    (
        rules.layers,
        "stg_online_retail__orders",
        reading("stg_online_retail__orders", "model.emporium.int_orders"),
    ),
    (rules.layers, "fct_orders", reading("fct_orders", STAGING)),
    (rules.layers, "fct_orders", reading("fct_orders", INVOICES)),
    (rules.layers, "fct_orders", reading("fct_orders", COUNTRIES)),
    (rules.layers, "int_orders_converted", reading("int_orders_converted", STAGING)),
    # What Python computes of intermediate is for marts that it audits.
    (rules.layers, "int_orders_converted", reading("int_orders_converted", ESTIMATES)),
    (rules.layers, "fct_answers", reading("fct_answers", ESTIMATES)),
    (rules.layers, "int_skus", reading("int_skus", ESTIMATES)),
    (
        rules.layers,
        "int_orders_converted",
        reading("int_orders_converted", "model.emporium.fct_orders"),
    ),
    # The review reads marts and itself, and nobody reads it.
    (rules.layers, "fct_answers", reading("fct_answers", "model.emporium.int_as_of")),
    (
        rules.layers,
        "int_orders_counted_to_periods",
        reading("int_orders_counted_to_periods", "model.emporium.int_orders_converted"),
    ),
    (rules.layers, "int_orders_converted", reading("int_orders_converted", REGIONS)),
    (rules.layers, "fct_orders", reading("fct_orders", REGIONS)),
    (rules.layers, "int_skus", reading("int_skus", STAGING)),
    (rules.layers, "int_orders", reading("int_orders", "model.emporium.int_skus")),
    (rules.layers, "int_orders", reading("int_orders", "seed.emporium.regions")),
    (
        rules.nothing_unread,
        "int_promotion_days",
        without("nodes", "model.emporium.int_promotion_effects"),
    ),
    (
        rules.systems_stay_in_staging,
        "models/marts/sales/fct_orders.sql",
        edit(
            "models/marts/sales/fct_orders.sql", "group by", "where id = 'ONLINE_RETAIL' group by"
        ),
    ),
    (
        rules.systems_stay_in_staging,
        "models/intermediate/conformed/int_skus.sql",
        edit("models/intermediate/conformed/int_skus.sql", "conform(", "ref('stg_online_retail__"),
    ),
    (
        rules.marts_have_no_cycle,
        "sales",
        reading("fct_orders", "model.emporium.dim_members"),
    ),
    (rules.marts_have_no_cycle, "sales", reading("fct_orders", REGIONS)),
    (
        rules.no_target_in_models,
        "models/marts/core/dim_dates.sql",
        edit("models/marts/core/dim_dates.sql", "with", "{% if target.type == 'duckdb' %}with"),
    ),
    (
        rules.portable_sql,
        "models/marts/core/dim_dates.sql",
        edit("models/marts/core/dim_dates.sql", "min(business_date)", "any_value(business_date)"),
    ),
    (
        rules.portable_sql,
        "tests/singular/channels/assert_sessions_hold_every_event_once.sql",
        edit(
            "tests/singular/channels/assert_sessions_hold_every_event_once.sql",
            "select *",
            "select columns(*)",
        ),
    ),
    (
        rules.portable_sql,
        "dim_dates__compares_days_with_those_as_far_from_the_spring_festival",
        change(
            "unit_tests",
            "unit_test.emporium.dim_dates"
            ".dim_dates__compares_days_with_those_as_far_from_the_spring_festival",
            "expect.rows",
            "select unnest(generate_series(1, 3))",
        ),
    ),
    (rules.portable_sql, "counts_days", suite_saying("core", "counts_days", "select [1]")),
    (rules.names, "orders", model("fct_orders", "name", "orders")),
    (rules.names, "fct_Orders", model("fct_orders", "name", "fct_Orders")),
    (
        rules.names,
        "stg_shop__orders",
        model("stg_online_retail__orders", "name", "stg_shop__orders"),
    ),
    (rules.names, "fct_orders", model("fct_orders", "schema", "products")),
    (
        rules.names,
        "fct_orders",
        model("fct_orders", "patch_path", "emporium://models/marts/sales/_sales__models.yml"),
    ),
    (rules.names, "fct_orders", model("fct_orders", "patch_path", None)),
    (
        rules.names,
        "base_online_retail__invoice_lines",
        model(
            "base_online_retail__invoice_lines",
            "path",
            "staging/online_retail/base_online_retail__invoice_lines.sql",
        ),
    ),
    (rules.names, "regions", change("nodes", "seed.emporium.regions", "schema", "main")),
    (
        rules.column_names,
        "fct_orders.paid",
        model("fct_orders", "columns.is_paid.name", "paid"),
    ),
    (
        rules.column_names,
        "dim_products.skuName",
        model("dim_products", "columns.sku_name.name", "skuName"),
    ),
    (
        rules.unit_test_names,
        "counts_people",
        change(
            "unit_tests",
            "unit_test.emporium.dim_members.dim_members__counts_paid_orders_of_people",
            "name",
            "counts_people",
        ),
    ),
    (
        rules.unit_test_names,
        "dim_members__counts_paid_orders_of_people",
        change(
            "unit_tests",
            "unit_test.emporium.dim_members.dim_members__counts_paid_orders_of_people",
            "description",
            "",
        ),
    ),
    (rules.macro_files, "to_utc", macro("to_utc", "original_file_path", "macros/to_money.sql")),
    (
        rules.macro_files,
        "normal_p_value",
        model("fct_loss_nodes", "depends_on.macros", []),
    ),
    (
        rules.macro_files,
        "spark__to_utc",
        macro("spark__to_utc", "original_file_path", "macros/spark__to_utc.sql"),
    ),
    (rules.macro_files, "spark__to_utc", macro("to_utc", "name", "to_utc_again")),
    (
        rules.macro_docs,
        "spark__to_utc",
        macro("spark__to_utc", "macro_sql", "{% macro spark__to_utc(a) %}{% endmacro %}"),
    ),
    (rules.macro_docs, "spark__dateadd", macro("spark__dateadd", "description", "")),
    (rules.short_macros, "to_utc", grown("macros/engines/to_utc.sql", rules.MACRO_LINES_AT_MOST)),
    (
        rules.macros_without_refs,
        "to_utc",
        macro("to_utc", "macro_sql", "{% macro to_utc(a) %}{{ ref('regions') }}{% endmacro %}"),
    ),
    (
        rules.macro_docs,
        "to_utc",
        macro("to_utc", "macro_sql", "{% macro to_utc(local_timestamp) %}{% endmacro %}"),
    ),
    (rules.macro_docs, "to_utc", macro("to_utc", "description", "")),
    (
        rules.macro_docs,
        "to_money",
        macro("to_money", "arguments", [{"name": "expression", "description": ""}]),
    ),
    (rules.descriptions, "int_as_of", model("int_as_of", "description", "The first day.")),
    (rules.descriptions, "regions", change("nodes", "seed.emporium.regions", "description", "")),
    (rules.descriptions, "dim_dates", model("dim_dates", "description", "One row per day.")),
    (
        rules.descriptions,
        "dim_dates.is_covered",
        model("dim_dates", "columns.is_covered.description", " "),
    ),
    (
        rules.descriptions,
        "int_orders.is_test",
        model("int_orders", "columns.is_test.description", ""),
    ),
    (rules.descriptions, "invoice_lines", change("sources", INVOICES, "description", "")),
    (rules.descriptions, "invoice_lines", change("sources", INVOICES, "source_description", "")),
    (
        rules.descriptions,
        "invoice_lines.Country",
        change("sources", INVOICES, "columns.Country.description", ""),
    ),
    (rules.contracts, "fct_orders", model("fct_orders", "config.contract.enforced", False)),
    (rules.contracts, "fct_orders", model("fct_orders", "columns.is_paid.data_type", None)),
    (rules.contracts, "fct_orders", model("fct_orders", "columns.order_id.constraints", [])),
    (rules.exposures, "run_summary", without("exposures", "exposure.emporium.run_summary")),
    (
        rules.exposures,
        "operations_review",
        edit("reports/answers.py", "review.fct_answers", "review.fct_bridges"),
    ),
    (
        rules.exposures,
        "serving_file",
        exposure("serving_file", "depends_on.nodes", ["model.emporium.fct_orders"]),
    ),
    (
        rules.exposures,
        "run_summary",
        exposure("run_summary", "owner.email", "ann.smith@example.com"),
    ),
    (rules.exposures, "run_summary", exposure("run_summary", "description", "")),
    (
        rules.system_entities,
        "online_retail",
        edit("dbt_project.yml", "[order_charges, ", "["),
    ),
    (
        rules.system_entities,
        "online_retail",
        edit("dbt_project.yml", "[order_charges, ", "[order_charges, payments, "),
    ),
    (rules.system_entities, "online_retail", without("nodes", "model.emporium.int_orders")),
    (
        rules.system_entities,
        "olist",
        edit("dbt_project.yml", "source_systems: [storefront]", "source_systems: [olist]"),
    ),
    (rules.gates, "sales", suite_without("sales", "sales.fct_order_charges")),
    (rules.gates, "sales", suite_with("sales", "members.dim_members")),
    (rules.gates, "sales", suite_with("sales", "sales.fct_orders")),
    (rules.gates, "weather", gate_without_mart),
    (rules.questions, "questions", edit(QUESTIONS, "\nK007,", "\nK700,")),
    (rules.questions, "K007", edit(QUESTIONS, "页面访问深度", " ")),
    (rules.questions, "K007", edit(QUESTIONS, ",pages,channels,", ",pages,cost,")),
    (
        rules.questions,
        "K030",
        edit(QUESTIONS, "fct_budget_variance,D,false", "fct_budget_variance,D,true"),
    ),
    (
        rules.questions,
        "K010",
        edit(QUESTIONS, "sales,sales.fct_orders,D,true", "sales,sales.fct_orders,D,false"),
    ),
    (
        rules.questions,
        "K030",
        edit("dbt_project.yml", "finished_marts: [sales]", "finished_marts: [sales, cost]"),
    ),
    (rules.questions, "K010", without_tests_of("int_questions_answered_by_sales")),
    (rules.questions, "int_questions_answered_by_sales", reading("fct_answers", REGIONS)),
    # A question of the registry is proven where all of its measures are.
    (rules.questions, "K012", without_tests_of("int_buyers_measured")),
    (rules.registry, "orders", measuring("int_payments_measured", "orders")),
    (
        rules.registry,
        "K150 complete",
        edit(ANSWERS, "complete_event_count,event_count", "none,none"),
    ),
    (rules.registry, "K122 method:*", edit(ANSWERS, "method:*,method:*", "method:*,method:alipay")),
    (rules.registry, "K150 complete", edit(ANSWERS, "no event of the period is known", "")),
    (rules.registry, "K122 all", edit(ANSWERS, "succeeded_attempt_count,ended_attempt_count", ",")),
    (
        rules.registry,
        "K150 complete",
        edit(ANSWERS, "share,share,complete_event_count", "share,difference,complete_event_count"),
    ),
    (rules.unit_tests, "fct_sales_daily", without_tests_of("fct_sales_daily")),
    (rules.unit_tests, "int_orders_converted", without_tests_of("int_orders_converted")),
    (
        rules.lock_files,
        "requirements.lock",
        edit("requirements.lock", "duckdb==", "duckdb>="),
    ),
    (
        rules.lock_files,
        "requirements.lock",
        edit("requirements.lock", "duckdb==", "duckdb @ https://example.com/duckdb-"),
    ),
    (
        rules.lock_files,
        "requirements.lock",
        edit("pyproject.toml", '"filelock"', '"filelock", "a-new-package>=1"'),
    ),
    (
        rules.lock_files,
        "tests/clients/package-lock.json",
        edit("tests/clients/package-lock.json", '"integrity"', '"resolved"'),
    ),
    (rules.file_sizes, "pyproject.toml", grown("pyproject.toml", rules.FILE_BYTES_AT_MOST)),
    (rules.short_models, "median", grown_all("models/intermediate/*.sql", 9)),
    (rules.readme_marts, "core.dim_dates", edit("README.md", "| `core.dim_dates` |", "| dates |")),
    (rules.readme_marts, "core.dim_day", edit("README.md", "`core.dim_dates`", "`core.dim_day`")),
    (
        rules.readme_marts,
        "sales.fct_sku_comparisons",
        edit("README.md", ", `fct_sku_comparisons`", ""),
    ),
    (
        rules.telemetry,
        "dbt_project.yml",
        edit("dbt_project.yml", "send_anonymous_usage_stats: false", "cache_selected_only: true"),
    ),
    (
        rules.telemetry,
        "orchestration/dagster.yaml",
        edit("orchestration/dagster.yaml", "enabled: false", "enabled: true"),
    ),
    (
        rules.telemetry,
        "expectations/runner.py",
        edit("expectations/runner.py", "analytics_enabled=False", "analytics_enabled=True"),
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_holds(rule: Rule, repository: Repository) -> None:
    faults = [
        f"{fault.name}: {fault.problem}"
        for fault in rule(repository)
        if (rule.__name__, fault.name) not in EXCEPTIONS
    ]
    assert not faults, f"{rule.__doc__}\n" + "\n".join(faults)


@pytest.mark.parametrize(
    ("rule", "name", "damage"),
    DAMAGES,
    ids=[f"{rule.__name__}-{number}" for number, (rule, _, _) in enumerate(DAMAGES)],
)
def test_rule_finds_the_fault(
    rule: Rule, name: str, damage: Damage, repository: Repository, copied_repository: Repository
) -> None:
    before = list(rule(repository))
    damage(copied_repository)
    found = [fault for fault in rule(copied_repository) if fault not in before]
    assert name in [fault.name for fault in found], found


def test_every_rule_is_shown_able_to_fail() -> None:
    assert {rule for rule, _, _ in DAMAGES} == set(RULES)


@pytest.mark.parametrize(("rule_name", "name"), EXCEPTIONS)
def test_exception_is_needed_and_says_why(
    rule_name: str, name: str, repository: Repository
) -> None:
    rule = {rule.__name__: rule for rule in RULES}[rule_name]
    assert name in [fault.name for fault in rule(repository)]
    assert EXCEPTIONS[rule_name, name].endswith(".")
