"""The gate of channels."""

from expectations.channels_traffic import traffic
from expectations.suite import Baseline, Suite, identity, on

# Machines are a few in a hundred; if half of all sessions were theirs, a rule caught people.
BOTS_AT_MOST = 0.5
# Tracking names a product before its master data arrives, for a day or two; more means that the two
# no longer speak of the same products.
UNKNOWN_PRODUCTS_AT_MOST = 0.05
# Phones with a wrong clock are a few in a hundred; more means that the collector's own is wrong.
WRONG_CLOCKS_AT_MOST = 0.1
# As for sessions: late events move a few carts, a file that is missing or landed twice many.
EPISODES_AT_LEAST = 0.98
EPISODES_AT_MOST = 1.5


def suite(baseline: Baseline) -> Suite:
    """Volume, bots, experiments, and agreement with the events, with sales and with each other."""
    return [
        *_sessions(),
        *traffic(baseline),
        *_carts(baseline),
        *_funnels(),
        *_service(),
        *_experiments(),
    ]


def _sessions() -> Suite:
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
            identity(
                "sessions_hold_all_events",
                "Sessions add up to the conformed events, pages and payments included, but for "
                "what a page left open sends by itself and payments told again.",
                """
                select sessions.*, events.*, alone, told_again
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
                cross join (
                    select coalesce(sum(event_count), 0) as alone
                    from intermediate.int_sessions_measured
                    where action_count = 0
                ) as left_open
                cross join (
                    select count(*) filter (where event_name = 'pay_again') as told_again
                    from intermediate.int_events_sessionised
                ) as payments
                where
                    event_count != events - alone
                    or click_count != clicks
                    or pay_count != pays - told_again
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


def _carts(baseline: Baseline) -> Suite:
    published = baseline.published_rows.get("channels.fct_cart_episodes", 0)
    return [
        on(
            "channels.fct_cart_episodes",
            identity(
                "episodes_keep_their_volume",
                "There are about as many carts as in the published version, or more.",
                f"""
                select episodes
                from (select count(*) as episodes from channels.fct_cart_episodes) as counted
                where
                    episodes < {published} * {EPISODES_AT_LEAST}
                    or ({published} > 0 and episodes > {published} * {EPISODES_AT_MOST})
                """,
            ),
            identity(
                "episodes_hold_all_additions",
                "Carts add up to what people put into them in their sessions.",
                """
                select additions, tracked
                from (
                    select coalesce(sum(addition_count), 0) as additions
                    from channels.fct_cart_episodes
                ) as episodes
                cross join (
                    select coalesce(sum(add_to_cart_count), 0) as tracked
                    from channels.fct_sessions
                    where not is_bot
                ) as sessions
                where additions != tracked
                """,
            ),
            identity(
                "episodes_run_forward",
                "No cart is left or paid before it is filled, or recovers what it never lost.",
                """
                select cart_episode_id, first_added_at, last_added_at, paid_at
                from channels.fct_cart_episodes
                where
                    last_added_at < first_added_at
                    or paid_at < first_added_at
                    or (is_abandoned_late and not is_abandoned)
                    or (is_mature_late and not is_mature)
                    or (order_id is null) != is_abandoned_late
                    or sku_count > addition_count
                    or visitor_count > session_count
                """,
            ),
            identity(
                "episodes_hold_known_products",
                f"At most {UNKNOWN_PRODUCTS_AT_MOST:.0%} of additions are of unknown products.",
                f"""
                select unknown, additions
                from (
                    select
                        coalesce(sum(unknown_sku_addition_count), 0) as unknown,
                        coalesce(sum(addition_count), 0) as additions
                    from channels.fct_cart_episodes
                ) as counted
                where unknown > additions * {UNKNOWN_PRODUCTS_AT_MOST}
                """,
            ),
            identity(
                "most_clocks_are_right",
                f"At most {WRONG_CLOCKS_AT_MOST:.0%} of additions have a clock beyond belief.",
                f"""
                select wrong, additions
                from (
                    select
                        coalesce(sum(wrong_clock_addition_count), 0) as wrong,
                        coalesce(sum(addition_count), 0) as additions
                    from channels.fct_cart_episodes
                ) as counted
                where wrong > additions * {WRONG_CLOCKS_AT_MOST}
                """,
            ),
        ),
        on(
            "channels.fct_cart_shortfalls",
            identity(
                "shortfalls_fall_short",
                "What a cart lacks is above zero, and seen after the cart was begun.",
                """
                select shortfalls.cart_episode_id
                from channels.fct_cart_shortfalls as shortfalls
                left join channels.fct_cart_episodes as episodes
                    on shortfalls.cart_episode_id = episodes.cart_episode_id
                where
                    shortfalls.shortfall_amount <= 0
                    or episodes.first_added_at is null
                    or shortfalls.shown_at < episodes.first_added_at
                """,
            ),
        ),
        on(
            "channels.fct_change_points",
            identity(
                "changes_split_what_was_observed",
                "Both sides of a change were observed, and a change is the best split.",
                """
                select series_id, segment
                from channels.fct_change_points
                where
                    before_observation_count <= 0
                    or after_observation_count <= 0
                    or (changed_date is not null and changed_date != best_split_date)
                    or f_statistic < 0
                """,
            ),
        ),
    ]


def _funnels() -> Suite:
    return [
        on(
            "channels.fct_funnels_daily",
            identity(
                "funnels_are_monotone",
                "No step has more entries than the one before, and who goes on arrives.",
                """
                select steps.business_date, steps.funnel_id, steps.step_number
                from channels.fct_funnels_daily as steps
                left join channels.fct_funnels_daily as next_steps
                    on
                        steps.business_date = next_steps.business_date
                        and steps.funnel_id = next_steps.funnel_id
                        and steps.step_number + 1 = next_steps.step_number
                        and steps.terminal = next_steps.terminal
                        and steps.source_group = next_steps.source_group
                cross join (
                    select funnel_id, max(step_number) as last_number
                    from channels.fct_funnels_daily
                    group by funnel_id
                ) as lasts
                where
                    steps.funnel_id = lasts.funnel_id
                    and (
                        steps.converted_count > steps.entrant_count
                        or (
                            steps.step_number < lasts.last_number
                            and coalesce(next_steps.entrant_count, 0) != steps.converted_count
                        )
                    )
                """,
            ),
            identity(
                "checkouts_begin_in_sessions",
                "No more sessions enter the checkout than begin one.",
                """
                select entered, begun
                from (
                    select coalesce(sum(entrant_count), 0) as entered
                    from channels.fct_funnels_daily
                    where step_name = 'begin_checkout' and step_number = 1
                ) as funnels
                cross join (
                    select coalesce(sum(begin_checkout_count), 0) as begun
                    from channels.fct_sessions
                    where not is_bot
                ) as sessions
                where entered > begun
                """,
            ),
        ),
        on(
            "channels.fct_funnel_segments",
            identity(
                "kinds_of_segments_agree",
                "Terminals of a step add up to its sources, and nobody goes on without arriving.",
                """
                select period, funnel_id, step_number
                from channels.fct_funnel_segments
                group by period, funnel_id, step_number
                having
                    sum(case when segment_kind = 'terminal' then entrant_count else 0 end)
                    != sum(case when segment_kind = 'source_group' then entrant_count else 0 end)
                    or max(converted_count - entrant_count) > 0
                """,
            ),
        ),
        on(
            "channels.fct_loss_nodes",
            identity(
                "losses_lie_in_their_intervals",
                "What is lost is not below zero and lies within its interval.",
                """
                select period, funnel_id, step_number, segment
                from channels.fct_loss_nodes
                where
                    lost_amount < 0
                    or lost_amount < lost_low_amount
                    or lost_amount > lost_high_amount
                    or converted_count > entrant_count
                    or best_converted_count > best_entrant_count
                    or adjusted_p_value < p_value
                    or adjusted_p_value > 1
                """,
            ),
            identity(
                "losses_are_ranked",
                "The ranks of a period are whole, and what is lost falls with them.",
                """
                select losses.period, losses.loss_rank
                from channels.fct_loss_nodes as losses
                left join channels.fct_loss_nodes as larger
                    on losses.period = larger.period and losses.loss_rank - 1 = larger.loss_rank
                where
                    losses.loss_rank > 1
                    and (larger.loss_rank is null or larger.lost_amount < losses.lost_amount)
                """,
            ),
        ),
        on(
            "channels.fct_checkout_friction",
            identity(
                "checkouts_are_those_of_sessions",
                "Checkouts of a period are the sessions of people that begin one.",
                """
                select periods.period, checkouts.session_count, sessions.begun
                from core.dim_periods as periods
                left join (
                    select period, sum(session_count) as session_count
                    from channels.fct_checkout_friction
                    where checkout_step = 'begin_checkout'
                    group by period
                ) as checkouts on periods.period = checkouts.period
                left join (
                    select dim_periods.period, count(*) as begun
                    from core.dim_periods as dim_periods
                    inner join channels.fct_sessions as begun
                        on
                            dim_periods.start_date <= begun.business_date
                            and dim_periods.end_date > begun.business_date
                    where not begun.is_bot and begun.begin_checkout_count > 0
                    group by dim_periods.period
                ) as sessions on periods.period = sessions.period
                where coalesce(checkouts.session_count, 0) != coalesce(sessions.begun, 0)
                """,
            ),
            identity(
                "exits_are_part_of_sessions",
                "No step of the checkout is left or paid more often than it is reached.",
                """
                select period, checkout_step, step_condition
                from channels.fct_checkout_friction
                where exit_count > session_count or paid_session_count > session_count
                """,
            ),
        ),
        on(
            "channels.fct_abandonment_reasons",
            identity(
                "reasons_of_months_are_part_of_quarters",
                "Months of a quarter never name a reason more often than the quarter.",
                """
                select quarters.period, whole.evidence, whole.reason, whole.mention_count
                from core.dim_periods as quarters
                inner join channels.fct_abandonment_reasons as whole
                    on quarters.period = whole.period and quarters.period_kind = 'quarter'
                inner join core.dim_periods as months
                    on
                        months.period_kind = 'month'
                        and quarters.start_date <= months.start_date
                        and quarters.end_date >= months.end_date
                inner join channels.fct_abandonment_reasons as parts
                    on
                        months.period = parts.period
                        and whole.evidence = parts.evidence
                        and whole.reason = parts.reason
                group by quarters.period, whole.evidence, whole.reason, whole.mention_count
                having sum(parts.mention_count) > whole.mention_count
                """,
            ),
        ),
    ]


def _service() -> Suite:
    return [
        on(
            "channels.fct_service_conversations",
            identity(
                "conversations_are_all_there",
                "Every conformed conversation is there once.",
                """
                select conversations, conformed
                from (
                    select count(*) as conversations from channels.fct_service_conversations
                ) as counted
                cross join (
                    select count(*) as conformed from intermediate.int_cs_conversations
                ) as landed
                where conversations != conformed
                """,
            ),
            identity(
                "most_conversations_have_a_clock",
                f"At most {WRONG_CLOCKS_AT_MOST:.0%} of conversations end before they begin.",
                f"""
                select wrong, conversations
                from (
                    select
                        count(*) filter (where is_clock_wrong) as wrong,
                        count(*) as conversations
                    from channels.fct_service_conversations
                ) as counted
                where wrong > conversations * {WRONG_CLOCKS_AT_MOST}
                """,
            ),
        ),
        on(
            "channels.fct_service_daily",
            identity(
                "days_hold_all_conversations",
                "Days add up to conversations, their ratings and their waits.",
                """
                select daily.*, conversations.*
                from (
                    select
                        coalesce(sum(conversation_count), 0) as conversation_count,
                        coalesce(sum(rated_count), 0) as rated_count,
                        coalesce(sum(human_wait_seconds), 0) as human_wait_seconds
                    from channels.fct_service_daily
                ) as daily
                cross join (
                    select
                        count(*) as conversations,
                        count(*) filter (where is_rated) as rated,
                        coalesce(sum(
                            case
                                when is_service_hours and first_replied_by = 'human'
                                    then wait_seconds
                            end
                        ), 0) as waited
                    from channels.fct_service_conversations
                ) as conversations
                where
                    conversation_count != conversations
                    or rated_count != rated
                    or human_wait_seconds != waited
                """,
            ),
            identity(
                "parts_of_service_are_no_larger_than_the_whole",
                "Replies, ratings and payments are part of what they are counted of.",
                """
                select business_date, queue, contact_channel
                from channels.fct_service_daily
                where
                    satisfied_count > rated_count
                    or rated_count > conversation_count
                    or service_hours_count > conversation_count
                    or human_reply_count + unanswered_count > service_hours_count
                    or paid_inquiry_count > inquiry_count
                """,
            ),
        ),
    ]


def _experiments() -> Suite:
    return [
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
