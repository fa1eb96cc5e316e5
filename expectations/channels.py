"""The gate of channels."""

from expectations.suite import Baseline, Suite, identity, on

# Late and corrected events move a few sessions; losing more means that a file is missing.
SESSIONS_AT_LEAST = 0.98
# A refresh brings days, not a multiple of all history; more means that a file landed twice.
SESSIONS_AT_MOST = 1.5
# Machines are a few in a hundred; if half of all sessions were theirs, a rule caught people.
BOTS_AT_MOST = 0.5


def suite(baseline: Baseline) -> Suite:
    """Volume, bots, experiments, and agreement with the events and with sales."""
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
        on(
            "channels.fct_experiment_results",
            identity(
                "experiments_are_read_arm_by_arm",
                "Every arm of every experiment has its primary metric, and its statistics.",
                """
                select arms.experiment_id, arms.arm, results.missing_reason
                from intermediate.int_experiment_arms as arms
                inner join intermediate.int_experiments as experiments
                    on arms.experiment_id = experiments.experiment_id
                left join channels.fct_experiment_results as results
                    on
                        arms.experiment_id = results.experiment_id
                        and arms.arm = results.arm
                        and experiments.primary_metric = results.metric_id
                        and results.segment = 'all'
                where
                    results.experiment_id is null
                    or results.missing_reason = 'the statistics have not been run'
                """,
            ),
            identity(
                "persons_exposed_are_counted_or_excluded",
                "Persons in the arms, and those left out, are all persons who were exposed.",
                """
                select exposed.experiment_id, exposed.persons, results.counted, results.excluded
                from (
                    select experiment_id, count(distinct person_id) as persons
                    from intermediate.int_exposures_assigned
                    group by experiment_id
                ) as exposed
                inner join (
                    select
                        experiment_id,
                        sum(person_count) as counted,
                        max(several_arms_person_count + other_excluded_person_count) as excluded
                    from channels.fct_experiment_results
                    where segment = 'all' and metric_role = 'primary'
                    group by experiment_id
                ) as results
                    on exposed.experiment_id = results.experiment_id
                where exposed.persons != results.counted + results.excluded
                """,
            ),
            identity(
                "segments_are_parts_of_the_whole",
                "Segments together hold no more persons, and no more outcomes of a proportion, "
                "than their arm.",
                """
                select experiment_id, arm, metric_id
                from channels.fct_experiment_results
                group by experiment_id, arm, metric_id
                having
                    sum(case when segment = 'all' then person_count else -person_count end) < 0
                    or max(kind) = 'proportion'
                    and sum(case when segment = 'all' then outcome_sum else -outcome_sum end) < 0
                """,
            ),
            identity(
                "estimates_lie_in_their_intervals",
                "A lift lies in its interval, an adjusted p value is no smaller than the p value, "
                "and an outcome of a proportion is that of a person.",
                """
                select experiment_id, arm, segment, metric_id
                from channels.fct_experiment_results
                where
                    lift not between lift_low and lift_high
                    or relative_lift not between relative_lift_low and relative_lift_high
                    or p_value not between 0 and 1
                    or adjusted_p_value not between p_value * 0.999999 and 1
                    or sample_ratio_p_value not between 0 and 1
                    or (kind = 'proportion' and outcome_sum > person_count)
                    or (lift is null) is distinct from (is_control or missing_reason is not null)
                """,
            ),
            identity(
                "nothing_is_called_that_may_not_be",
                "No effect is called of a control, of arms that do not fit their split, before "
                "the end, or where chance alone would do.",
                """
                select experiment_id, arm, segment, metric_id
                from channels.fct_experiment_results
                where
                    is_called
                    and (
                        is_control
                        or has_sample_ratio_mismatch
                        or not is_mature
                        or missing_reason is not null
                        or coalesce(adjusted_p_value >= alpha, true)
                    )
                """,
            ),
        ),
    ]
