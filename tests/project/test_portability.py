"""What is of one engine is found where it stands as SQL, and nowhere else."""

import re

import pytest

from tests.project.portability import INSTEAD, engine_only

OF_ONE_ENGINE = [
    "select any_value(day) from days",
    "select string_agg(name, '|' order by name) from names",
    "select unnest(names) from days",
    "select * from generate_series(1, 3)",
    "select date_diff('day', first_date, last_date)",
    "select timezone('UTC', placed_at)",
    "select placed_at at time zone 'UTC'",
    "select dayofweek(business_date)",
    "select extract(dow from business_date)",
    "select regexp_matches(name, 'a')",
    "select json_extract(name, '$.a')",
    "select list(name) from names",
    "select struct_pack(a)",
    "select arg_max(name, day) from names",
    "where isfinite(value)",
    "select product(factor) from factors",
    "from orders asof join rates using (day)",
    "select columns(*) from days",
    "select * exclude (day) from days",
    "from (unpivot days on amount into name measure value amount)",
    "unpivot (select amount from days) on amount into name measure value amount",
    "pivot days on kind using sum(amount)",
    "select 1 union all by name select 2",
    "select cast(name as varchar) from names",
    "select 5 // 2",
    "select names[1] from days",
    'select "name" from names',
]
OF_EVERY_ENGINE = [
    "select {{ dbt.datediff('a', 'b', 'day') }} from days",
    "select {{ ratio('a[1]', 'b') }} -- not any_value(), nor \"names\"",
    "select 'unnest(a) // b[1] as \"name\"' as note",
    "select many_value(a), amount from sales_by_name",
    "from days unpivot (amount for measure in (gmv, net))",
    "from (values ('a'), ('b')) as listed (name)",
    "where regexp_extract(name, '([0-9]+)', 1) = ''",
    "select cast(name as string), range_name from range(3) as numbers (range_name)",
]


@pytest.mark.parametrize("sql", OF_ONE_ENGINE)
def test_what_is_of_one_engine_is_found(sql: str) -> None:
    assert list(engine_only(sql)), sql


@pytest.mark.parametrize("sql", OF_EVERY_ENGINE)
def test_what_is_of_every_engine_passes(sql: str) -> None:
    assert not list(engine_only(sql))


def test_every_pattern_finds_something() -> None:
    idle = [
        pattern
        for pattern in INSTEAD
        if not any(re.search(pattern, sql, re.IGNORECASE) for sql in OF_ONE_ENGINE)
    ]
    assert not idle
