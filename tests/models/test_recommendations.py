"""Who comes back after a recommendation, counted anew from landed events and the true persons."""

import duckdb

from orchestration.paths import Paths

# A visit is counted by pauses between events here, and by the rules of sessions in the warehouse.
APART_AT_MOST = 0.03

RETURNED = """
with persons as (
    select id_value as visitor_id, person_number
    from read_parquet('{truth}/identities.parquet') where id_type = 'visitor_id'
),

shown as (
    select
        persons.person_number,
        min(shown_at) as shown_at
    from (
        select distinct on (rec_id) *
        from read_parquet('{raw}/storefront/rec_impressions/*.parquet', union_by_name=true)
        order by rec_id, _loaded_at desc
    ) as impressions
    inner join persons using (visitor_id)
    anti join read_parquet('{truth}/bots.parquet') using (visitor_id)
    where
        slot = 'home_feed' and model = 'personal_v2'
        and cast(shown_at as timestamp) >= timestamp '2025-12-31 16:00:00'
        and cast(shown_at as timestamp) < timestamp '2026-06-30 16:00:00' - interval 8 days
    group by persons.person_number
),

events as (
    select
        persons.person_number,
        cast(event_at as timestamp) as event_at
    from read_parquet('{raw}/storefront/events/*.parquet', union_by_name=true)
    inner join persons using (visitor_id)
),

visits as (
    select
        person_number,
        event_at as started_at
    from events
    qualify
        event_at - lag(event_at) over (partition by person_number order by event_at)
        > interval 30 minutes
)

select
    count(*) as persons,
    count(*) filter (where exists (
        select 1 from visits
        where
            visits.person_number = shown.person_number
            and visits.started_at > cast(shown.shown_at as timestamp)
            and visits.started_at < cast(shown.shown_at as timestamp) + interval 7 days
    )) / count(*) as returned
from shown
"""


def test_persons_come_back_as_the_landed_events_say(storefront: Paths) -> None:
    with duckdb.connect(str(storefront.warehouse), read_only=True) as connection:
        persons, returned = connection.execute(
            RETURNED.format(raw=storefront.raw, truth=storefront.data / "truth")
        ).fetchall()[0]
        [(answered, n)] = connection.execute(
            "select value, n from review.fct_answers where question_id = 'K041' "
            "and period = '2026H1' and scope = 'home_feed:personal_v2'"
        ).fetchall()
    assert persons > 1000
    assert abs(n / persons - 1) < APART_AT_MOST
    assert abs(answered - returned) < APART_AT_MOST


def test_models_are_compared_where_persons_were_drawn_to_them(storefront: Paths) -> None:
    with duckdb.connect(str(storefront.warehouse), read_only=True) as connection:
        compared = connection.execute(
            "select experiment_id, slot, model, control_model "
            "from members.fct_recommendation_experiments order by all"
        ).fetchall()
    assert compared == [
        ("storefront:cross_category", "cart_addon", "cross_category_v1", "cross_category_v0"),
        ("storefront:rec_algorithm", "detail_similar", "personal_v2", "popular"),
        ("storefront:rec_algorithm", "home_feed", "personal_v2", "popular"),
        ("storefront:scenario_rec", "scenario_block", "scenario_v1", "generic_v1"),
    ]


def test_impressions_and_clicks_are_those_of_persons(storefront: Paths) -> None:
    with duckdb.connect(str(storefront.warehouse), read_only=True) as connection:
        [(shown, clicked)] = connection.execute(
            "select count(*), count(clicked_at) from intermediate.int_rec_impressions "
            "where visitor_id not in (select visitor_id from intermediate.int_bot_flags)"
        ).fetchall()
        [told] = connection.execute(
            "select sum(impression_count), sum(click_count) from members.fct_recommendations_daily"
        ).fetchall()
    assert told == (shown, clicked)
