"""The part of the gate of channels that is about traffic, pages, search and tracking."""

from datetime import timedelta

from expectations.measures import Measure, in_step, kept, present, ratio
from expectations.suite import Baseline, Suite, identity, on

# A shop has visitors every day; a week without one means that tracking has stopped.
FRESH_WITHIN_DAYS = 7
# Trackers lose a few in a hundred events to blockers and dead batteries; more means that the code
# of a page is broken.
UNTOLD_ORDERS_AT_MOST = 0.2
# As for carts and conversations: more wrong clocks than these are the collector's own.
WRONG_CLOCKS_AT_MOST = 0.1

TRAFFIC = "channels.fct_traffic_daily"
SESSIONS = Measure("sessions", TRAFFIC, "business_date", "session_count")
CONVERSION = ratio(
    "conversion",
    "The share of sessions that pay",
    table=TRAFFIC,
    day="business_date",
    part="paid_session_count",
    whole="session_count",
)
BOUNCES = ratio(
    "bounces",
    "The share of sessions that bounce",
    table=TRAFFIC,
    day="business_date",
    part="bounce_count",
    whole="session_count",
)
VISITS = ratio(
    "visits",
    "The number of sessions for an order",
    table=TRAFFIC,
    day="business_date",
    part="session_count",
    whole="order_count",
    rows="""
        select business_date, session_count, 0 as order_count from channels.fct_traffic_daily
        union all
        select business_date, 0 as session_count, 1 as order_count from sales.fct_orders
    """,
)
PAGES = ratio(
    "pages",
    "The number of pages for a session",
    table=TRAFFIC,
    day="business_date",
    part="page_view_count",
    whole="session_count",
)


def traffic(baseline: Baseline) -> Suite:
    """Traffic agrees with sessions, its parts with the whole, and tracking with orders."""
    return [*_days(baseline), *_speed(), *_pages(), *_search(), *_tracking()]


def _days(baseline: Baseline) -> Suite:
    fresh_since = baseline.as_of - timedelta(days=FRESH_WITHIN_DAYS)
    return [
        on(
            "channels.fct_traffic_daily",
            *kept([SESSIONS], baseline),
            present(SESSIONS, baseline, by="source_group"),
            *in_step([CONVERSION, BOUNCES, PAGES, VISITS], baseline),
            identity(
                "traffic_is_fresh",
                f"The last visit was in the {FRESH_WITHIN_DAYS} days before as_of, or later.",
                f"""
                select last_date
                from (
                    select max(business_date) as last_date from channels.fct_traffic_daily
                ) as counted
                where last_date < cast('{fresh_since}' as date)
                """,
            ),
            identity(
                "sources_add_up_to_sessions",
                "Sources and terminals of a day add up to its sessions, to the last page and "
                "second; bots are apart.",
                """
                select
                    coalesce(daily.business_date, whole.business_date) as business_date,
                    daily.sessions,
                    whole.sessions as all_sessions
                from (
                    select
                        business_date,
                        sum(session_count) as sessions,
                        sum(bot_session_count) as bots,
                        sum(bounce_count) as bounces,
                        sum(page_view_count) as pages,
                        sum(pay_count) as pays,
                        sum(engaged_seconds) as seconds
                    from channels.fct_traffic_daily
                    group by business_date
                ) as daily
                full outer join (
                    select
                        business_date,
                        sum(case when is_bot then 0 else 1 end) as sessions,
                        sum(case when is_bot then 1 else 0 end) as bots,
                        sum(case when is_bounce and not is_bot then 1 else 0 end) as bounces,
                        sum(case when is_bot then 0 else page_view_count end) as pages,
                        sum(case when is_bot then 0 else pay_count end) as pays,
                        sum(case when is_bot then 0 else engaged_seconds end) as seconds
                    from channels.fct_sessions
                    group by business_date
                ) as whole
                    on daily.business_date = whole.business_date
                where
                    daily.sessions is distinct from whole.sessions
                    or daily.bots is distinct from whole.bots
                    or daily.bounces is distinct from whole.bounces
                    or daily.pages is distinct from whole.pages
                    or daily.pays is distinct from whole.pays
                    or daily.seconds is distinct from whole.seconds
                """,
            ),
            identity(
                "parts_of_traffic_are_no_larger_than_the_whole",
                "Bounces, payments and persons are part of the sessions that they are counted of.",
                """
                select business_date, source_group, terminal
                from channels.fct_traffic_daily
                where
                    bounce_count > session_count
                    or paid_session_count > session_count
                    or person_count > session_count
                    or paying_person_count > paid_session_count
                    or unlisted_source_session_count > session_count
                    or wrong_clock_session_count > session_count
                """,
            ),
        ),
        on(
            "channels.fct_seasonality_daily",
            identity(
                "parts_of_a_day_add_up",
                "Trend, weekday, holiday, promotion and remainder are what was observed.",
                """
                select measure, business_date
                from channels.fct_seasonality_daily
                where
                    observed_count
                    != trend_count + weekly_count + holiday_count + promotion_count
                        + remainder_count
                    or (promo_id is null and promotion_count != 0)
                    or (holiday_id is null and holiday_count != 0)
                    or is_ordinary != (promo_id is null and holiday_id is null)
                """,
            ),
            identity(
                "seasons_are_those_of_sessions",
                "Every day from the first visit to as_of is there, with its sessions.",
                f"""
                select
                    coalesce(seasons.business_date, traffic.business_date) as business_date,
                    seasons.observed_count,
                    traffic.sessions
                from (
                    select business_date, observed_count
                    from channels.fct_seasonality_daily
                    where measure = 'sessions'
                ) as seasons
                full outer join (
                    select business_date, sum(session_count) as sessions
                    from channels.fct_traffic_daily
                    where business_date < cast('{baseline.as_of}' as date)
                    group by business_date
                    having sum(session_count) > 0
                ) as traffic
                    on seasons.business_date = traffic.business_date
                where coalesce(seasons.observed_count, 0) != coalesce(traffic.sessions, 0)
                """,
            ),
        ),
    ]


def _speed() -> Suite:
    return [
        on(
            "channels.fct_page_speed_daily",
            identity(
                "times_lie_in_their_bins",
                "What loads of a bin took together lies between its ends.",
                """
                select business_date, timing_name, page_type, terminal, bin_start_ms
                from channels.fct_page_speed_daily
                where
                    measured_ms < bin_start_ms * page_load_count
                    or measured_ms > bin_end_ms * page_load_count
                    or page_load_count <= 0
                """,
            ),
            identity(
                "loads_are_those_that_were_measured",
                "Every measured load of people is in one bin.",
                """
                select loads, counted
                from (
                    select coalesce(sum(page_load_count), 0) as loads
                    from channels.fct_page_speed_daily
                    where timing_name = 'load'
                ) as binned
                cross join (
                    select count(*) as counted from intermediate.int_page_loads
                ) as measured
                where loads != counted
                """,
            ),
        ),
        on(
            "channels.fct_page_speed_outcomes",
            identity(
                "landings_are_in_one_band",
                "No more landings are compared than there are sessions, nor more outcomes.",
                """
                select outcomes.business_date, outcomes.landings, traffic.sessions
                from (
                    select
                        business_date,
                        outcome,
                        sum(session_count) as landings,
                        max(outcome_count - session_count) as surplus
                    from channels.fct_page_speed_outcomes
                    group by business_date, outcome
                ) as outcomes
                left join (
                    select business_date, sum(session_count) as sessions
                    from channels.fct_traffic_daily
                    group by business_date
                ) as traffic
                    on outcomes.business_date = traffic.business_date
                where outcomes.landings > coalesce(traffic.sessions, 0) or outcomes.surplus > 0
                """,
            ),
        ),
    ]


def _pages() -> Suite:
    return [
        on(
            "channels.fct_landing_pages",
            identity(
                "landings_add_up_to_sessions",
                "Landing pages of a period add up to its sessions and bounces.",
                """
                select periods.period, landings.sessions, traffic.sessions as all_sessions
                from core.dim_periods as periods
                left join (
                    select
                        period,
                        sum(session_count) as sessions,
                        sum(exit_count) as exits
                    from channels.fct_landing_pages
                    group by period
                ) as landings on periods.period = landings.period
                left join (
                    select
                        dim_periods.period,
                        sum(daily.session_count) as sessions,
                        sum(daily.bounce_count) as bounces
                    from core.dim_periods as dim_periods
                    inner join channels.fct_traffic_daily as daily
                        on
                            dim_periods.start_date <= daily.business_date
                            and dim_periods.end_date > daily.business_date
                    group by dim_periods.period
                ) as traffic on periods.period = traffic.period
                where
                    coalesce(landings.sessions, 0) != coalesce(traffic.sessions, 0)
                    or coalesce(landings.exits, 0) != coalesce(traffic.bounces, 0)
                """,
            ),
            identity(
                "parts_of_landings_are_no_larger_than_the_whole",
                "Orders, payments, clicks and their spread are possible for the visits.",
                """
                select period, landing_page_type, landing_page_id, source_group
                from channels.fct_landing_pages
                where
                    first_order_count > mature_person_count
                    or mature_person_count > new_person_count
                    or new_person_count > session_count
                    or trust_paid_session_count > trust_session_count
                    or trust_session_count > session_count
                    or element_click_count > first_action_count
                    or first_click_entropy < 0
                    or first_click_entropy > ln(greatest(element_count, 1)) / ln(2) + 1e-6
                """,
            ),
        ),
        on(
            "channels.fct_content_engagement",
            identity(
                "views_of_months_add_up",
                "Months of a quarter add up to the quarter's views and seconds.",
                """
                select quarters.period, whole.content_id, whole.view_count
                from core.dim_periods as quarters
                inner join channels.fct_content_engagement as whole
                    on quarters.period = whole.period and quarters.period_kind = 'quarter'
                inner join core.dim_periods as months
                    on
                        months.period_kind = 'month'
                        and quarters.start_date <= months.start_date
                        and quarters.end_date >= months.end_date
                left join channels.fct_content_engagement as parts
                    on months.period = parts.period and whole.content_id = parts.content_id
                group by
                    quarters.period, quarters.end_date, whole.content_id, whole.view_count,
                    whole.dwell_seconds
                having
                    sum(coalesce(parts.view_count, 0)) > whole.view_count
                    or (
                        max(months.end_date) = quarters.end_date
                        and count(distinct months.period) = 3
                        and sum(coalesce(parts.dwell_seconds, 0)) != whole.dwell_seconds
                    )
                """,
            ),
            identity(
                "parts_of_views_are_no_larger_than_the_whole",
                "Views that are followed or scrolled are part of the views.",
                """
                select period, content_id
                from channels.fct_content_engagement
                where
                    followed_view_count > view_count
                    or scroll_known_count > view_count
                    or half_scrolled_count > scroll_known_count
                    or dwell_seconds < 0
                """,
            ),
        ),
    ]


def _search() -> Suite:
    return [
        on(
            "channels.fct_search_keywords",
            identity(
                "kinds_of_searches_add_up",
                "Organic, advertised and searches on the site are all searches, and orders a part "
                "of those that are old enough.",
                """
                select period, search_term
                from channels.fct_search_keywords
                where
                    search_count
                    != organic_search_count + advertised_search_count + on_site_search_count
                    or mature_search_count > search_count
                    or converted_search_count > mature_search_count
                    or (category_id is not null and mature_search_count > category_search_count)
                """,
            ),
            identity(
                "opportunities_are_what_they_are_called",
                "An opportunity is long-tail, in no title, and beyond its category.",
                """
                select period, search_term
                from channels.fct_search_keywords
                where
                    is_opportunity
                    and (
                        not is_long_tail
                        or is_in_title
                        or gain_amount is null
                        or gain_amount < 0
                        or conversion_low * category_search_count <= category_converted_count
                    )
                """,
            ),
        ),
        on(
            "channels.fct_search_products",
            identity(
                "products_are_those_of_searches",
                "Organic searches lead to no more products than there are searches.",
                """
                select products.period, products.clicks, keywords.searches
                from (
                    select period, sum(click_count) as clicks
                    from channels.fct_search_products
                    group by period
                ) as products
                left join (
                    select period, sum(organic_search_count) as searches
                    from channels.fct_search_keywords
                    group by period
                ) as keywords on products.period = keywords.period
                where products.clicks > coalesce(keywords.searches, 0)
                """,
            ),
        ),
    ]


def _tracking() -> Suite:
    return [
        on(
            "channels.fct_tracking_quality_daily",
            identity(
                "tracked_events_are_those_of_sessions",
                "Events of all days are the events of all sessions and what a page left open sends "
                "by itself, and no row that landed and is sound is missing.",
                """
                select tracked.*, sessions.events as session_events, alone
                from (
                    select
                        coalesce(sum(event_count), 0) as events,
                        coalesce(sum(landed_count), 0) as landed,
                        coalesce(sum(superseded_count + deleted_count + quarantined_count), 0)
                            as dropped
                    from channels.fct_tracking_quality_daily
                ) as tracked
                cross join (
                    select coalesce(sum(event_count), 0) as events from channels.fct_sessions
                ) as sessions
                cross join (
                    select coalesce(sum(event_count), 0) as alone
                    from intermediate.int_sessions_measured
                    where action_count = 0
                ) as left_open
                where
                    tracked.events != sessions.events + alone
                    or tracked.landed - tracked.dropped > tracked.events
                """,
            ),
            identity(
                "most_orders_are_told",
                f"At most {UNTOLD_ORDERS_AT_MOST:.0%} of orders and of payments are in no event.",
                f"""
                select event_name, sum(untold_order_count) as untold
                from channels.fct_tracking_quality_daily
                group by event_name
                having
                    sum(untold_order_count) > sum(server_order_count) * {UNTOLD_ORDERS_AT_MOST}
                """,
            ),
            identity(
                "most_events_have_a_clock",
                f"At most {WRONG_CLOCKS_AT_MOST:.0%} of events have a clock that cannot be "
                "believed.",
                f"""
                select wrong, events
                from (
                    select
                        sum(wrong_clock_event_count) as wrong,
                        sum(event_count) as events
                    from channels.fct_tracking_quality_daily
                ) as counted
                where wrong > events * {WRONG_CLOCKS_AT_MOST}
                """,
            ),
            identity(
                "parts_of_events_are_no_larger_than_the_whole",
                "Complete events are planned ones, and planned ones are events.",
                """
                select business_date, event_name
                from channels.fct_tracking_quality_daily
                where
                    complete_event_count > planned_event_count
                    or planned_event_count > event_count
                    or wrong_clock_event_count > event_count
                    or untold_order_count > server_order_count
                """,
            ),
        ),
        on(
            "channels.fct_event_delays_daily",
            identity(
                "delays_are_those_of_events_with_a_clock",
                "Delays of a day are those of its events whose clock can be believed.",
                """
                select delays.business_date, delays.delayed, tracked.believed
                from (
                    select business_date, sum(event_count) as delayed
                    from channels.fct_event_delays_daily
                    group by business_date
                ) as delays
                full outer join (
                    select
                        business_date,
                        sum(event_count - wrong_clock_event_count) as believed
                    from channels.fct_tracking_quality_daily
                    group by business_date
                    having sum(event_count - wrong_clock_event_count) > 0
                ) as tracked
                    on delays.business_date = tracked.business_date
                where delays.delayed is distinct from tracked.believed
                """,
            ),
        ),
    ]
