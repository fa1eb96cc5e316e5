"""dbt does what it does, without what nobody asks for."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import duckdb
import pytest
from dbt import compilation
from dbt.tracking import track_behavior_change_warn as own
from dbt_common.events.base_types import EventLevel
from dbt_common.events.types import Formatting, Note

from orchestration.lean_dbt import if_heard, put_first, spare_work
from orchestration.paths import PROJECT_DIR


@pytest.mark.parametrize(
    ("event", "level", "log", "callbacks", "is_heard"),
    [
        (Formatting(msg="a detail"), EventLevel.DEBUG, EventLevel.INFO, [], False),
        (Note(msg="a detail"), None, EventLevel.INFO, [], True),
        (Note(msg="told as a detail"), EventLevel.DEBUG, EventLevel.INFO, [], False),
        (Formatting(msg="a detail"), EventLevel.DEBUG, EventLevel.DEBUG, [], True),
        (Formatting(msg="a detail"), EventLevel.DEBUG, EventLevel.INFO, [print], True),
        (
            Formatting(msg="a detail"),
            EventLevel.DEBUG,
            EventLevel.INFO,
            [own],
            False,
        ),
        (Note(msg="a warning"), EventLevel.WARN, EventLevel.ERROR, [], True),
    ],
)
def test_what_no_log_takes_is_not_made(
    event: Any, level: Any, log: Any, callbacks: list[Any], is_heard: bool
) -> None:
    fired: list[Any] = []
    manager = SimpleNamespace(loggers=[SimpleNamespace(level=log)], callbacks=callbacks)
    if_heard(lambda _, event, *more: fired.append(event))(manager, event, level)
    assert fired == ([event] if is_heard else [])


def test_an_event_has_its_message_when_it_is_asked_for() -> None:
    spare_work()
    event = Formatting("a detail")
    assert "pb_msg" not in vars(event)
    assert (event.message(), event.pb_msg.msg) == ("a detail", "a detail")
    event.msg = "another"
    assert event.message() == "another"


def test_types_of_a_result_are_told_as_dbt_tells_them() -> None:
    from dbt_common.clients.agate_helper import table_from_data_flat

    spare_work()
    rows = [{"number": 1, "text": "1", "day": "2026-01-01"}, {"number": 2, "text": "", "day": "x"}]
    for _ in range(2):
        table = table_from_data_flat(rows, ["number", "text", "day"])
        assert [type(kind).__name__ for kind in table.column_types] == ["Integer", "Text", "Text"]
        assert [tuple(row) for row in table.rows] == [(1, "1", "2026-01-01"), (2, "", "x")]


def test_a_template_of_a_value_is_not_one_of_a_text() -> None:
    from dbt.clients.jinja import get_rendered

    spare_work()
    number = uuid4().int  # That no process has compiled.
    for native, expected in ((True, number), (False, str(number)), (True, number)):
        assert get_rendered(f"{{{{ {number} | as_number }}}}", {}, native=native) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "with own as (select 1 as x)\nselect x from own",
        "\n  WITH own as (select 1 as x) select x from own\n",
        "with recursive own as (select 1 as x) select x from own",
        "with\n\nrecursive\nown as (select 1 as x) select x from own",
        "with recursively as (select 1 as x) select x from recursively",
        "-- with\nwith own as (select 1 as x) select x from own",
        "/* why */ with own as (select 1 as x) select x from own",
        "select x from (with own as (select 1 as x) select x from own)",
        "with own as (select ';' as x) select x from own",
        "with -- why\nown as (select 1 as x) select x from own",
        "select within from days",
    ],
)
def test_what_is_given_goes_where_dbt_puts_it(sql: str) -> None:
    # As it is without what this process has been spared.
    spec = spec_from_file_location("compilation", compilation.__file__)
    assert spec and spec.loader
    alone = module_from_spec(spec)
    spec.loader.exec_module(alone)
    inject = alone.inject_ctes_into_sql
    for number in range(3):
        ctes = [SimpleNamespace(sql=f" given_{n} as (select {n})") for n in range(number)]
        assert put_first(inject)(sql, ctes) == inject(sql, ctes)
        assert (inject(sql, ctes) == sql) == (not ctes)


# What names a macro may have, and what it may stand in place of.
SHOP = {
    "dbt_project.yml": "{name: shop, version: 1.0.0, profile: shop, model-paths: [models]}",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}",
    "macros/names.sql": """
        {% macro ref(name) %}{{ return(builtins.ref(name).include(database=false)) }}{% endmacro %}
        {% macro plain() %}1{% endmacro %}
        {% macro default__either() %}2{% endmacro %}
        {% macro duckdb__either() %}3{% endmacro %}
        {% macro either() %}{{ return(adapter.dispatch('either', 'shop')()) }}{% endmacro %}
        {% macro asked() %}{{ run_query("select 4 as x").columns[0].values()[0] }}{% endmacro %}
        {% macro generate_schema_name(name, node) %}{{ name or 'other' }}{% endmacro %}
        {% test above(model, column_name, floor) %}
            select * from {{ model }} where {{ column_name }} <= {{ floor }}
        {% endtest %}
    """,
    "models/first.sql": """
        {{ config(materialized='table', post_hook="insert into {{ this }} select {{ plain() }} + 8")
        }}
        select {{ plain() }} as x union all select {{ shop.plain() }} + {{ either() }}
        union all select {{ context['plain']() }} + {{ dbt.length("'abcdefg'") }}
        {% if execute %} union all select {{ asked() }} {% endif %}
    """,
    "models/second.sql": "select x + {{ plain() }} as x from {{ ref('first') }}",
    "models/shop.yml": """
        models:
          - name: first
            columns:
              - {name: x, data_tests: [not_null, above: {arguments: {floor: 0}}]}
          - {name: second, data_tests: [above: {arguments: {column_name: x, floor: 5}}]}
        unit_tests:
          - name: plain_is_overridden
            model: second
            overrides: {macros: {plain: 5}}
            given: [{input: ref('first'), rows: [{x: 2}]}]
            expect: {rows: [{x: 7}]}
    """,
}


DBT_ALONE = ("-c", "from dbt.cli.main import cli; cli()")
LEAN = ("-m", "orchestration.lean_dbt")


def test_a_build_does_what_it_does_with_dbt_alone(tmp_path: Path) -> None:
    for name, text in SHOP.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(dedent(text))
    alone = built(tmp_path, DBT_ALONE)
    assert built(tmp_path, LEAN, "--no-partial-parse") == alone
    # Out of what was kept of the first time.
    assert built(tmp_path, LEAN) == alone
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        rows = connection.execute("select x from other.first order by x").fetchall()
    assert rows == [(1,), (4,), (4,), (8,), (9,)]
    statuses = [status for status, _, _ in alone.values()]
    assert sorted(statuses) == ["fail", "pass", "pass", "pass", "success", "success"]


def built(shop: Path, start: Sequence[str], *options: str) -> dict[str, tuple[str, ...]]:
    """Unique id -> status, message and SQL of what a build has done."""
    results = shop / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, *start, "--quiet", "build", *options],
        env={**os.environ, "DBT_PROFILES_DIR": str(shop), "PYTHONPATH": str(PROJECT_DIR)},
        cwd=shop,
        check=False,
        capture_output=True,
        text=True,
    )
    assert results.exists(), done.stdout
    return {
        each["unique_id"]: (each["status"], each["message"], each["compiled_code"])
        for each in json.loads(results.read_text())["results"]
    }
