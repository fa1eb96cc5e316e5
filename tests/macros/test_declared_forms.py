"""Values in the form that `meta: delivery` declares are read as they are meant, or not at all."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from simulator.story import SYSTEM
from tests.project.parsing import place_parsed
from tests.project.running import invoke

GERMAN = {"dates": "day_first", "decimal_mark": ",", "thousands_mark": "."}
AMERICAN = {"dates": "month_first", "thousands_mark": ","}
SWISS = {"thousands_mark": "'"}
CHINESE = {"time_zone": "Asia/Shanghai", "thousands_mark": ",", "units": {"万": 10_000}}

NOTHING = "nothing"

# Form, type, what a file says, and what is meant; None is quarantined.
VALUES: list[tuple[dict[str, Any], str, str, object]] = [
    (GERMAN, "decimal(18,2)", "1.234,50", Decimal("1234.50")),
    (GERMAN, "decimal(18,2)", "-1.234.567,5", Decimal("-1234567.50")),
    (GERMAN, "decimal(18,2)", "12,5", Decimal("12.50")),
    # One and a bit elsewhere.
    (GERMAN, "decimal(18,2)", "1.234", Decimal("1234.00")),
    (GERMAN, "decimal(18,2)", "12.50", None),
    (GERMAN, "decimal(18,2)", "1,234.50", None),
    (GERMAN, "integer", "1.000", 1000),
    (GERMAN, "integer", "1,5", None),
    (GERMAN, "date", "20/06/2026", date(2026, 6, 20)),
    (GERMAN, "timestamp", "5.6.2026 22:30", datetime(2026, 6, 5, 22, 30)),
    (GERMAN, "timestamp", "05-06-2026 10:00:00 PM", datetime(2026, 6, 5, 22)),
    (GERMAN, "timestamp", "2026-06-05 22:30:00", datetime(2026, 6, 5, 22, 30)),
    (GERMAN, "timestamp", "06/20/2026 22:30", None),
    (GERMAN, "timestamp", "5.6.26 22:30", None),
    (AMERICAN, "timestamp", "6/5/2026 22:30", datetime(2026, 6, 5, 22, 30)),
    (AMERICAN, "timestamp", "6/5/2026 22:30 +0800", datetime(2026, 6, 5, 14, 30)),
    (AMERICAN, "decimal(18,2)", "1,234.50", Decimal("1234.50")),
    (AMERICAN, "decimal(18,2)", "12,34.50", None),
    (SWISS, "decimal(18,2)", "1'234.50", Decimal("1234.50")),
    (CHINESE, "decimal(18,2)", "1.2万", Decimal("12000.00")),
    (CHINESE, "bigint", "3万", 30_000),
    (CHINESE, "decimal(18,2)", "1.2亿", None),
    (CHINESE, "decimal(18,2)", "万", None),
    (CHINESE, "timestamp", "2026-06-20 22:30:00", datetime(2026, 6, 20, 14, 30)),
    (CHINESE, "timestamp", "2026-06-20", datetime(2026, 6, 19, 16)),
    # An offset is believed.
    (CHINESE, "timestamp", "2026-06-20 22:30:00Z", datetime(2026, 6, 20, 22, 30)),
    (CHINESE, "timestamp", "2026-06-20T22:30:00-05:00", datetime(2026, 6, 21, 3, 30)),
    (CHINESE, "date", "2026-06-20", date(2026, 6, 20)),
    # Nothing is nothing, not a fault.
    (CHINESE, "decimal(18,2)", " ", NOTHING),
    (GERMAN, "timestamp", "", NOTHING),
    ({}, "decimal(18,2)", "1,234.50", None),
    ({}, "decimal(18,2)", "1.2万", None),
    ({}, "timestamp", "20/06/2026 22:30", None),
]
# The same of columns that land with a type: form, landed type, value, what is meant.
TYPED: list[tuple[dict[str, Any], str, str, object]] = [
    (CHINESE, "timestamp", "timestamp '2026-06-20 22:30:00'", datetime(2026, 6, 20, 14, 30)),
    (
        CHINESE,
        "timestamp with time zone",
        "timestamptz '2026-06-20 22:30:00+00'",
        datetime(2026, 6, 20, 22, 30),
    ),
    (GERMAN, "timestamp", "timestamp '2026-06-20 22:30:00'", datetime(2026, 6, 20, 22, 30)),
]
ROW = """
{% set landed %}(select VALUE as value){% endset %}
{% set column = {'name': 'value', 'staged_name': 'value', 'data_type': TYPE,
    'landed_type': LANDED, 'is_text': IS_TEXT, 'text': 'as_text', 'value': 'as_value', 'form': FORM,
    'accepted_values': [], 'minimum': none, 'maximum': none, 'is_nullable': true,
    'may_lie_ahead': true} -%}
select
    {{ first_broken_rule([column], []) }} is null as is_sound,
    as_value as value
from ({{ read_values([column], landed) }})
"""
BETWEEN = "\n-- The next query.\n"


def row(form: dict[str, Any], data_type: str, landed: str, value: str) -> str:
    is_text = landed == "string"
    told = {
        "TYPE": f"'{data_type}'",
        "LANDED": f"'{landed}'",
        "IS_TEXT": str(is_text).lower(),
        "FORM": json.dumps(form, ensure_ascii=False),
        "VALUE": "'" + value.replace("'", "''") + "'" if is_text else value,
    }
    query = ROW
    for name, text in told.items():
        query = query.replace(name, text)
    return query


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[bool, object]]:
    """What is read of each value: whether it keeps its contract, and as what."""
    paths = Paths(tmp_path_factory.mktemp("forms"))
    variables = Project(paths, SYSTEM).variables
    place_parsed(paths, paths.target, variables)
    queries = [row(form, kind, "string", value) for form, kind, value, _ in VALUES]
    queries += [row(form, "timestamp", landed, value) for form, landed, value, _ in TYPED]
    done = invoke(
        PROJECT_DIR, paths, paths.target, "compile", "--inline", BETWEEN.join(queries),
        "--no-introspect", "--no-populate-cache", "--vars", json.dumps(variables),
    )  # fmt: skip
    assert done.success, done.exception
    [result] = done.result.results  # pyrefly: ignore[missing-attribute]
    compiled: str = result.node.compiled_code
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        found = [connection.execute(each).fetchall() for each in compiled.split(BETWEEN)]
    return [rows[0] for rows in found]


def test_values_are_read_as_declared(read: list[tuple[bool, object]]) -> None:
    wrong = [
        (form, kind, value, sound, found)
        for (form, kind, value, meant), (sound, found) in zip(VALUES, read, strict=False)
        if (sound, found) != (meant is not None, None if meant is NOTHING else meant)
    ]
    assert wrong == []


def test_times_of_a_declared_zone_land_with_a_type_too(read: list[tuple[bool, object]]) -> None:
    assert read[len(VALUES) :] == [(True, meant) for *_, meant in TYPED]


def test_one_form_is_declared_of_a_table_over_that_of_its_source(tmp_path: Path) -> None:
    """`source_contract` hands staging what the YAML says of values, and nothing else of it."""
    paths = Paths(tmp_path)
    variables = Project(paths, SYSTEM).variables
    place_parsed(paths, paths.target, variables)
    query = """
        {%- if execute -%}
        {%- set node = graph.sources['source.emporium.storefront.orders'] -%}
        {%- do node.update(source_meta={'delivery': {'encoding': 'utf-8', 'decimal_mark': ',',
            'time_zone': 'Europe/Berlin'}}) -%}
        {%- do node.config.update(meta={'key': ['order_id'], 'delivery': {'decimal_mark': '.'}}) -%}
        select '{{ tojson(source_contract('storefront', 'orders').columns[0].form) }}'
        {%- endif -%}
    """
    done = invoke(
        PROJECT_DIR, paths, paths.target, "compile", "--inline", query,
        "--no-introspect", "--no-populate-cache", "--vars", json.dumps(variables),
    )  # fmt: skip
    assert done.success, done.exception
    [result] = done.result.results  # pyrefly: ignore[missing-attribute]
    compiled: str = result.node.compiled_code
    form = json.loads(compiled.partition("'")[2].rpartition("'")[0])
    assert form == {"decimal_mark": ".", "time_zone": "Europe/Berlin"}
