"""Who is who: the same persons in whatever order sightings arrive, and tests that can fail."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from tests.project.builds import ALL_SYSTEMS, Build, dbt

TABLES = ("int_person_identifiers", "int_persons", "int_person_merges", "int_identifiers_held")
MODELS = ("--select", "+int_person_merges", "+int_identifiers_held", "+int_persons")

# 600 accounts: some share a number, a device or a WeChat id; ten a shop's number; sixty hang
# together in a chain that nobody can be; some links are taken back.
ACCOUNTS = """
    select
        'user' || number as user_id, 'phone' || (number * 11 % 590) as phone,
        'direct' as register_channel_id,
        'app' as register_terminal, 'CN-BJ' as region_id, 'active' as status, false as is_staff,
        timestamp '2025-01-01' + hash(number) % 400 * interval 1 day as registered_at
    from range(600) as numbers (number)
"""


def sightings() -> str:
    """Rows of the raw table `identities`, as SQL."""
    columns = ("user_id", "visitor_id", "device_id", "open_id", "union_id", "phone")
    # What is seen together of each number n, for how many n, by what, and taken back for which.
    kinds = (
        ({"user_id": "n", "visitor_id": "n % 450", "device_id": "n % 500"}, 600, "login", "false"),
        ({"user_id": "n", "phone": "n * 3 % 590"}, 200, "payment", "n % 3 = 0"),
        ({"user_id": "n", "phone": "'shop'"}, 10, "wecom", "false"),
        ({"user_id": "n", "open_id": "n + 1000"}, 60, "payment", "false"),
        ({"user_id": "n", "open_id": "n + 1001"}, 60, "payment", "false"),
        ({"visitor_id": "n", "open_id": "n", "union_id": "n % 640"}, 900, "wecom", "n % 50 = 0"),
        ({"user_id": "n + 300", "union_id": "n * 3 % 640"}, 200, "merge_request", "n % 7 = 0"),
        ({"user_id": "n", "phone": "n + 5"}, 100, "receiver", "false"),
        ({"visitor_id": "n + 200", "device_id": "n // 2 + 900"}, 60, "login", "false"),
    )
    return " union all ".join(
        f"select '{number}-' || n as identity_id, "
        + ", ".join(
            f"'{column.removesuffix('_id')}' || ({given[column]}) as {column}"
            if column in given
            else f"cast(null as varchar) as {column}"
            for column in columns
        )
        + f", '{source}' as link_source, seen as linked_at, "
        f"case when {taken_back} then seen + interval 30 day end as unlinked_at "
        f"from (select n, "
        f"timestamp '2025-06-01' + hash(n, {number}) % 8000 * interval 1 hour as seen "
        f"from range({count}) as numbers (n))"
        for number, (given, count, source, taken_back) in enumerate(kinds)
    )


def land(paths: Paths, table: str, rows: str, order: str, batches: int) -> None:
    """Writes rows into the raw zone, a file a batch, the first batch loaded last."""
    folder: Path = paths.data / "raw" / "storefront" / table
    folder.mkdir(parents=True)
    for batch in range(batches):
        duckdb.sql(f"""
            copy (
                select
                    * exclude (place),
                    timestamp '2027-03-01' - {batch} * interval 1 day as _loaded_at,
                    false as _is_deleted,
                    '{batch}.parquet' as _source_file,
                    row_number() over (order by place) as _source_row
                from (select *, row_number() over (order by {order}) as place from ({rows}))
                where place % {batches} = {batch}
                order by place
            ) to '{folder / f"{batch}.parquet"}'
        """)


def build(paths: Paths, order: str, batches: int) -> Build:
    land(paths, "users", ACCOUNTS, order.replace("identity_id", "user_id"), batches)
    land(paths, "identities", sightings(), order, batches)
    arguments = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")
    return dbt(PROJECT_DIR, paths, "build", *MODELS, *arguments, *ALL_SYSTEMS)


@pytest.fixture(scope="module")
def salted() -> Iterator[None]:
    """Numbers are hashed with a secret of the warehouse; here two warehouses share one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMPORIUM_SALT", "a secret of this test")
        yield


@pytest.fixture(scope="module")
def at_once(salted: None, tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build(Paths(tmp_path_factory.mktemp("at_once")), "identity_id", 1)


@pytest.fixture(scope="module")
def in_batches(salted: None, tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build(Paths(tmp_path_factory.mktemp("in_batches")), "hash(identity_id)", 5)


def rows(built: Build, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(built.paths.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_sightings_show_every_kind_of_evidence(at_once: Build) -> None:
    """Otherwise equal tables would prove little."""
    assert set(at_once.results.values()) == {"success", "pass"}, at_once.said
    reasons = rows(at_once, "select distinct held_reason from intermediate.int_identifiers_held")
    assert {reason for (reason,) in reasons} == {
        "ambiguous",
        "shared",
        "too_many_accounts",
        "too_many_identifiers",
    }
    [(merged, most, anonymous)] = rows(
        at_once,
        "select count(*) filter (where account_count > 1), max(account_count), "
        "count(*) filter (where is_anonymous) from intermediate.int_persons",
    )
    assert int(str(merged)) > 20
    assert int(str(most)) > 2
    assert int(str(anonymous)) > 100


@pytest.mark.parametrize("table", TABLES)
def test_persons_do_not_depend_on_the_order_of_arrival(
    at_once: Build, in_batches: Build, table: str
) -> None:
    assert len(list((in_batches.paths.data / "raw/storefront/identities").iterdir())) == 5
    query = f"select * from intermediate.{table} order by all"
    assert rows(at_once, query)
    assert rows(at_once, query) == rows(in_batches, query)


def test_the_tests_of_identity_can_fail(in_batches: Build) -> None:
    with duckdb.connect(str(in_batches.paths.warehouse)) as connection:
        connection.execute("use intermediate")
        # The last of a cluster leaves it, and a stranger enters another.
        connection.execute("""
            update int_identifiers_clustered set cluster_number = identifier_number
            where identifier_number = (
                select max(identifier_number) from int_identifiers_clustered
                where identifier_number != cluster_number
            )
        """)
        connection.execute("""
            update int_identifiers_clustered set cluster_number = (
                select min(cluster_number) from int_identifiers_clustered
            )
            where identifier_number = (
                select max(identifier_number) from int_identifiers_clustered
                where identifier_number = cluster_number
            )
        """)
        connection.execute("""
            update int_person_identifiers set person_id = (
                select min(person_id) from int_persons where first_user_id != 'storefront:user599'
            )
            where identifier_type = 'user_id' and identifier = 'storefront:user599'
        """)
        connection.execute("""
            delete from int_person_identifiers
            where identifier_type = 'visitor_id' and identifier = 'storefront:visitor1'
        """)
    arguments = ("test", "--select", "path:tests/singular/identity", *ALL_SYSTEMS)
    failed = dbt(PROJECT_DIR, in_batches.paths, *arguments)
    tests = {
        key.split(".")[2]: status for key, status in failed.results.items() if ".assert_" in key
    }
    singular = (PROJECT_DIR / "tests" / "singular" / "identity").glob("*.sql")
    assert tests == dict.fromkeys((file.stem for file in singular), "fail"), failed.said
