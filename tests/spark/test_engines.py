"""The macros that hide a difference between engines come to the same on both."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from orchestration.engines.spark import Spark
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from simulator.story import SYSTEM
from tests.project.parsing import place_parsed
from tests.project.running import invoke

BETWEEN = "\n-- The next query.\n"
TEXTS = (
    *("12", " 12 ", "+5", "-0", "2.0", "2.7", "1e3", "2147483648", "9223372036854775808"),
    *(
        "0.1",
        "5.",
        ".5",
        "1d",
        "1.5f",
        "NaN",
        "nan",
        "inf",
        "-Infinity",
        "1,000",
        "12.345",
        "-12.345",
    ),
    *("2025", "2025-01", "2025-01-05", "2025-1-5", "2025-02-29", "2025-13-01", "infinity", "epoch"),
    *("2025-01-05 10:00:00", "2025-01-05T10:00:00Z", "2025-01-05 01:00:00+08:00", "10:00"),
    *("2025-01-05 25:00:00", "2025-01-05 10:00:00.123456", "2025-01-05 ten", "9999-12-31"),
    *("12/1/2010 8:26", "13/1/2010 8:26", "12/01/2010 08:26", "12/1/10 8:26", "12/1/2010"),
    *("true", "T", "yes", "on", "0", "no", "", " ", "it's", "NULL"),
    *(
        "2025/1/5 9:05",
        "2025-01-05 10:00:00 +0800",
        "2025-01-05T10:00:00.25-05:30",
        "2025-01-05 10-05",
    ),
    *(
        "2025-01-05 10:00:00 PM",
        "2025-01-05 12:05 am",
        "2025-01-05 12:05 PM +08:00",
        "25/1/5 10:00",
    ),
    *(
        "2025-01-05 13:00 PM",
        "2025-01-05 10:00 UTC",
        "2025-01-05 00:00:00.0",
        "1970-01-01",
        "2026-07-03",
    ),
    *("1.234,50", "-1.234.567,5", "1'234.50", "12,34.50", "1.2万", "万", "20/06/2026"),
    *("5.6.2026 22:30", "06-05-2026 10:00:00 PM", "5.6.26 22:30", "26/10/2025 02:30"),
    *("\ta\t", "\u3000a\u00a0", "1001.0", "1.0.0", "2.02207E+18", "9007199254740993.0", "9" * 30),
)
TYPES = ("string", "integer", "bigint", "double", "decimal(18,2)", "date", "timestamp", "boolean")

# What is broken has no value; of what is not, both engines have to say the same. They write a
# floating number in different ways.
CASTS = """
{% set landed %}(
    select * from (values TEXTS) as texts (value)
    cross join (select timestamp '2026-07-01' as _loaded_at) as load
) as landed{% endset %}
{% set columns = [] %}
{% for type in TYPES %}
    {% do columns.append({'name': type if type != 'string' else 'string_id', 'staged_name': 'value',
        'data_type': type, 'landed_type': 'string', 'is_text': type != 'string',
        'text': 'text_' ~ loop.index, 'value': 'value_' ~ loop.index, 'accepted_values': [],
        'minimum': none, 'maximum': none, 'is_nullable': true, 'may_lie_ahead': false}) %}
{% endfor %}
select
    value
    {% for column in columns %}
        {% set shown_as = 'decimal(38, 6)' if column.data_type == 'double' else 'string' %}
        , {{ first_broken_rule([column], []) }} as rule_{{ loop.index }}
        , case when {{ first_broken_rule([column], []) }} is null
            then cast({{ column.value }} as {{ shown_as }}) end as shown_{{ loop.index }}
    {% endfor %}
    , cast({{ month_first_timestamp('value') }} as string) as month_first
from ({{ read_values(columns, landed) }}) as valued
order by value
"""
# The same in the forms that a table may declare.
FORMS = """
{% set landed %}(values TEXTS) as texts (value){% endset %}
{% set forms = [
    {'dates': 'day_first', 'decimal_mark': ',', 'thousands_mark': '.'},
    {'dates': 'month_first', 'thousands_mark': "'", 'time_zone': 'Europe/Berlin'},
    {'thousands_mark': ',', 'units': {'万': 10000}, 'time_zone': 'Asia/Shanghai'},
] %}
{% set columns = [] %}
{% for form in forms %}
    {% set number = loop.index %}
    {% for type in ['bigint', 'decimal(18,2)', 'date', 'timestamp'] %}
        {% set name = number ~ '_' ~ loop.index %}
        {% do columns.append({'name': 'value', 'staged_name': 'value', 'data_type': type,
            'landed_type': 'string', 'is_text': true, 'text': 'text_' ~ name,
            'value': 'value_' ~ name, 'form': form, 'accepted_values': [], 'minimum': none,
            'maximum': none, 'is_nullable': true, 'may_lie_ahead': true}) %}
    {% endfor %}
{% endfor %}
select
    value
    {% for column in columns %}
        , {{ first_broken_rule([column], []) }} as rule_{{ loop.index }}
        , case when {{ first_broken_rule([column], []) }} is null
            then cast({{ column.value }} as string) end as shown_{{ loop.index }}
    {% endfor %}
from ({{ read_values(columns, landed) }}) as valued
order by value
"""
TIMES = """
select
    cast(moment as string) as moment
    {% for zone in ['Europe/London', 'Asia/Shanghai', 'America/New_York'] %}
        , cast({{ to_utc('moment', zone) }} as string) as utc_{{ loop.index }}
        , cast({{ to_local('moment', zone) }} as string) as local_{{ loop.index }}
    {% endfor %}
    , cast({{ business_date('moment') }} as string) as business_date
    , {{ epoch_us('moment') }} as epoch
    {% for part in ['month', 'day', 'minute', 'quarter', 'week', 'year'] %}
        , cast({{ dbt.date_trunc(part, 'moment') }} as string) as trunc_{{ part }}
        , cast({{ dbt.dateadd(part, 2, 'moment') }} as string) as add_{{ part }}
        , cast({{ dbt.dateadd(part, -1, 'cast(moment as date)') }} as string) as less_{{ part }}
    {% endfor %}
    {% for part in ['month', 'day', 'minute', 'millisecond', 'quarter', 'year'] %}
        , {{ dbt.datediff("timestamp '2025-01-31 23:59:59'", 'moment', part) }} as diff_{{ part }}
    {% endfor %}
    , cast({{ dbt.last_day('moment', 'month') }} as string) as last_of_month
    , cast({{ dbt.last_day('moment', 'quarter') }} as string) as last_of_quarter
    , {{ dbt.split_part("'a.b.c'", "'.'", 2) }} as part
    , {{ dbt.safe_cast("'x'", 'integer') }} as nothing
    , (select {{ dbt.listagg('generated_number', "','", 'order by generated_number desc') }}
       from ({{ dbt.generate_series(3) }}) as numbers) as list
    , {{ sha256("'a'") }} as hash
from (values
    (timestamp '2025-03-30 00:30:00'), (timestamp '2025-03-30 01:30:00'),
    (timestamp '2025-10-26 00:30:00'), (timestamp '2025-10-26 01:30:00'),
    (timestamp '2025-10-26 02:00:00'), (timestamp '2024-02-29 16:00:00.123456'),
    (timestamp '2025-11-02 01:30:00'), (timestamp '2025-12-31 15:59:59.999999')
) as moments (moment)
order by moment
"""


# As many queries as views of a catalogue have no room for, each of a row.
LONG_VIEW = """
{% set queries = [] %}
{% for number in range(300) %}
    {% do queries.append("select " ~ number ~ " as number, '" ~ 'x' * 400 ~ "' as padding") %}
{% endfor %}
{{ view_statements('default.long_view', queries) | join(';') }}
"""
ROOM = 32_700
QUERIES = {"casts": CASTS, "forms": FORMS, "times": TIMES}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Engine -> query -> its SQL there, which dbt renders and another runs: it is quick at that."""
    values = ", ".join("('" + text.replace("'", "''") + "')" for text in TEXTS)
    together = BETWEEN.join([*QUERIES.values(), LONG_VIEW])
    together = together.replace("TEXTS", values).replace("TYPES", str(list(TYPES)))
    rendered = {}
    for target in ("duckdb", "spark"):
        paths = Paths(tmp_path_factory.mktemp(target), target)
        variables = Project(paths, SYSTEM).variables
        place_parsed(paths, paths.target, variables)
        # Nothing asks the engine here, so that none starts.
        done = invoke(
            PROJECT_DIR, paths, paths.target, "compile", "--inline", together,
            "--no-introspect", "--no-populate-cache", "--vars", json.dumps(variables),
        )  # fmt: skip
        assert done.success, done.exception
        [result] = done.result.results  # pyrefly: ignore[missing-attribute]
        compiled: str = result.node.compiled_code
        names = [*QUERIES, "long_view"]
        rendered[target] = dict(zip(names, compiled.split(BETWEEN), strict=True))
    return rendered


@pytest.mark.spark
@pytest.mark.parametrize("query", QUERIES)
def test_engines_agree(query: str, rendered: dict[str, dict[str, str]], spark: Spark) -> None:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        expected = plain(connection.execute(rendered["duckdb"][query]).fetchall())
    found = plain(spark.session.sql(rendered["spark"][query]).collect())
    assert len(expected) > 5
    assert [pair for pair in zip(expected, found, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.spark
def test_a_catalogue_has_room_for_each_view(
    rendered: dict[str, dict[str, str]], empty_spark: Spark
) -> None:
    assert len(rendered["duckdb"]["long_view"].split(";")) == 1
    statements = rendered["spark"]["long_view"].split(";")
    assert sum(map(len, statements)) > 3 * ROOM
    for statement in statements:
        assert len(statement) < ROOM
        empty_spark.session.sql(statement)
    counted = "select count(*), sum(number) from default.long_view"
    assert [tuple(row) for row in empty_spark.session.sql(counted).collect()] == [(300, 44850)]
    for _, view, _ in empty_spark.session.sql("show views in default").collect():
        if view.startswith("long_view"):
            empty_spark.session.sql(f"drop view default.{view}")


def plain(rows: Iterable[Iterable[Any]]) -> list[list[Any]]:
    """Rows with as many digits of a decimal as the double had that it was made of."""
    return [[float(each) if isinstance(each, Decimal) else each for each in row] for row in rows]
