"""The sample of the small world has of everything that makes the world a hard one to build."""

from pathlib import Path

import pytest

from simulator.story import SYSTEM
from tests.simulator.landed import CONTRACT, rows

KINDS = {"corrected", "deletion", "duplicate", "malformed", "to be deleted"}


def dirt(world: Path, table: str) -> list[tuple[str, int]]:
    """Kinds of dirt in what landed of a table, with how many rows have it."""
    files = world / "raw" / SYSTEM / table / "*.parquet"
    return [
        (str(kind), int(count))
        for kind, count in rows(
            world,
            f"""
            select kind, count(*)
            from read_parquet('{files}', union_by_name = true) as landed
            inner join truth_dirt as dirt
                on
                    dirt.table_name = '{table}'
                    and landed._source_file = dirt.source_file
                    and landed._source_row = dirt.source_row
            group by kind
            """,
        )
    ]


def test_a_sample_is_small_and_has_every_table(small_world: Path, sampled_world: Path) -> None:
    files = {file.relative_to(small_world) for file in small_world.rglob("*.parquet")}
    assert {file.relative_to(sampled_world) for file in sampled_world.rglob("*.parquet")} == files
    [(persons, orders, events)] = rows(
        sampled_world,
        """
        select
            (select count(distinct person_number) from truth_identities
            where id_type = 'visitor_id' and id_value in (select visitor_id from events)),
            (select count(*) from orders),
            (select count(*) from events)
        """,
    )
    assert 100 < persons < 250
    assert 200 < orders < 500
    assert 10_000 < events < 25_000


@pytest.mark.parametrize("table", ["events", "orders", "order_lines"])
def test_a_sample_has_every_kind_of_dirt(sampled_world: Path, table: str) -> None:
    assert {kind for kind, _ in dirt(sampled_world, table)} == KINDS


def test_a_sample_has_dirt_in_most_tables_that_have_any(
    small_world: Path, sampled_world: Path
) -> None:
    dirty = [table for table in CONTRACT if dirt(small_world, table)]
    still_dirty = [table for table in dirty if dirt(sampled_world, table)]
    assert len(still_dirty) >= 0.7 * len(dirty)


def test_a_sample_has_who_is_rare(sampled_world: Path) -> None:
    [(bots, disguised, wrong_clocks, several_accounts, several_browsers)] = rows(
        sampled_world,
        """
        with visitors as (select distinct visitor_id from events),

        persons as (
            select
                person_number,
                count(*) filter (where id_value in (select user_id from users)) as accounts,
                count(*) filter (where id_value in (from visitors)) as browsers
            from truth_identities
            group by person_number
        )

        select
            (select count(*) from truth_bots semi join visitors using (visitor_id)),
            (
                select count(*) from truth_bots semi join visitors using (visitor_id)
                where is_disguised
            ),
            (select count(*) from truth_clock_skews semi join visitors using (visitor_id)),
            count(*) filter (where accounts > 1),
            count(*) filter (where browsers > 1)
        from persons
        """,
    )
    assert 0 < disguised < bots
    assert wrong_clocks > 5
    assert several_accounts > 2
    assert several_browsers > 10


def test_a_sample_has_what_comes_late(sampled_world: Path) -> None:
    [(days_late, without_column)] = rows(
        sampled_world,
        """
        select
            count(*) filter (where received_at > event_at + interval 2 day),
            count(*) filter (where sdk_version is null)
        from events
        """,
    )
    assert days_late > 10
    assert without_column > 1000
