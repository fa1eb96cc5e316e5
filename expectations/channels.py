"""The gate of channels."""

from expectations.suite import Baseline, Suite, identity, on

# Late and corrected events move a few sessions; losing more means that a file is missing.
SESSIONS_AT_LEAST = 0.98
# A refresh brings days, not a multiple of all history; more means that a file landed twice.
SESSIONS_AT_MOST = 1.5
# Machines are a few in a hundred; if half of all sessions were theirs, a rule caught people.
BOTS_AT_MOST = 0.5


def suite(baseline: Baseline) -> Suite:
    """Volume, bots, and agreement with the events and with sales."""
    published = baseline.published_rows.get("channels.fct_sessions", 0)
    return [
        on(
            "channels.dim_channels",
            identity(
                "orders_come_from_known_channels",
                "Every order is credited to a channel that is listed.",
                """
                select attributed_channel_id, count(*) as orders
                from sales.fct_orders
                where attributed_channel_id not in (select channel_id from channels.dim_channels)
                group by attributed_channel_id
                """,
            ),
        ),
        on(
            "channels.fct_sessions",
            # Not volume(), which wants a row: a shop may have no tracking at all.
            identity(
                "sessions_keep_their_volume",
                "There are about as many sessions as in the published version, or more.",
                f"""
                select sessions
                from (select count(*) as sessions from channels.fct_sessions) as counted
                where
                    sessions < {published} * {SESSIONS_AT_LEAST}
                    or ({published} > 0 and sessions > {published} * {SESSIONS_AT_MOST})
                """,
            ),
            identity(
                "sessions_hold_all_events",
                "Sessions add up to the conformed events, pages and payments included.",
                """
                select sessions.*, events.*
                from (
                    select
                        coalesce(sum(event_count), 0) as event_count,
                        coalesce(sum(click_count), 0) as click_count,
                        coalesce(sum(pay_count), 0) as pay_count
                    from channels.fct_sessions
                ) as sessions
                cross join (
                    select
                        count(*) as events,
                        count(*) filter (where event_name = 'click') as clicks,
                        count(*) filter (where event_name = 'pay') as pays
                    from intermediate.int_events
                ) as events
                where event_count != events or click_count != clicks or pay_count != pays
                """,
            ),
            identity(
                "sessions_run_forward",
                "No session ends before it starts, or is engaged longer than it lasts.",
                """
                select session_id, started_at, ended_at, engaged_seconds
                from channels.fct_sessions
                where
                    ended_at < started_at
                    or business_date > last_business_date
                    -- Each event's gap is rounded to the millisecond.
                    or started_at + (engaged_seconds - event_count / 1e3) * interval '1' second
                        > ended_at
                """,
            ),
            identity(
                "most_sessions_are_of_people",
                f"At most {BOTS_AT_MOST:.0%} of sessions are those of machines.",
                f"""
                select bots, sessions
                from (
                    select count(*) filter (where is_bot) as bots, count(*) as sessions
                    from channels.fct_sessions
                ) as counted
                where bots > sessions * {BOTS_AT_MOST}
                """,
            ),
        ),
    ]
