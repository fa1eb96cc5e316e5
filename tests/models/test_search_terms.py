"""Terms that the warehouse calls an opportunity are those that were planted to convert."""

import duckdb

from orchestration.paths import Paths

# One term in thirteen is planted, so a rule that sees nothing would find so many by chance.
BY_CHANCE = 1 / 13


def test_opportunities_are_mostly_planted_terms(storefront: Paths) -> None:
    truth = storefront.data / "truth" / "keywords.parquet"
    with duckdb.connect(str(storefront.warehouse), read_only=True) as connection:
        row = connection.execute(
            """
            with planted as (
                select distinct
                    lower(trim(keywords.keyword_text)) as search_term,
                    truths.is_hot_long_tail
                from intermediate.int_keywords as keywords
                inner join read_parquet(?) as truths
                    on split_part(keywords.keyword_id, ':', 2) = truths.keyword_id
            )

            select
                count(*) filter (where is_opportunity),
                count(*) filter (where is_opportunity and is_hot_long_tail),
                count(*) filter (where is_hot_long_tail)
            from channels.fct_search_keywords
            inner join planted using (search_term)
            where period = '2026H1'
            """,
            [str(truth)],
        ).fetchone()
    assert row is not None
    called, right, planted = row
    assert planted >= 20
    assert right > 4 * BY_CHANCE * called
    assert right > planted / 3
