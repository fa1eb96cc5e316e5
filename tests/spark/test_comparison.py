"""The comparison of two engines notices what it is there for."""

import duckdb
import pytest

from tests.spark.comparison import differences

TABLE = "select 'a' as id, 2::bigint as n, 1.5::decimal(18, 2) as amount, 0.1::double as share"


@pytest.mark.parametrize(
    "other",
    [
        "select * replace (0.1 * (1 + 1e-12) as share)",
        "select * replace (2::integer as n)",
        "select * replace (0.1 + 1e-17 as share)",
    ],
)
def test_the_same_is_the_same(other: str) -> None:
    with duckdb.connect() as connection:
        assert not list(differences(connection, "t", TABLE, f"{other} from ({TABLE})"))


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ("select * replace (0.1 * (1 + 1e-8) as share)", "share differs in 1 rows"),
        ("select * replace (null::double as share)", "share differs in 1 rows"),
        ("select * replace (1.51::decimal(18, 2) as amount)", "1 rows are missing"),
        ("select * replace (null::varchar as id)", "1 rows are missing"),
        ("select * exclude (n)", "has the columns"),
        ("select * replace (1.5::double as amount)", "amount is DOUBLE"),
        ("select * replace (2.0::decimal(18, 2) as n)", "n is DECIMAL"),
    ],
)
def test_what_differs_is_told(other: str, problem: str) -> None:
    with duckdb.connect() as connection:
        found = list(differences(connection, "t", TABLE, f"{other} from ({TABLE})"))
        assert problem in found[0].problem


def test_a_row_too_many_is_told() -> None:
    with duckdb.connect() as connection:
        found = list(differences(connection, "t", TABLE, f"{TABLE} union all {TABLE}"))
        assert "too many" in found[0].problem
