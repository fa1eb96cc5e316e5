-- Grain: period x landing page x source group. Counts and seconds add up over pages and sources,
-- over months of a quarter too; the entropy of first clicks adds up over nothing. Excludes bots.
with

sessions as (
    select
        sessions.session_id,
        sessions.business_date,
        coalesce(sessions.landing_page_type, 'unknown') as landing_page_type,
        coalesce(sessions.landing_page_id, 'unknown') as landing_page_id,
        channels.source_group,
        sessions.is_bounce,
        sessions.pay_count > 0 as is_paid
    from {{ ref('fct_sessions') }} as sessions
    inner join {{ ref('dim_channels') }} as channels on sessions.channel_id = channels.channel_id
    where not sessions.is_bot
),

landed as (
    select
        sessions.*,
        acted.first_element_id,
        coalesce(acted.has_seen_trust, false) as has_seen_trust,
        acted.first_action_seconds,
        visitors.person_id is not null as is_new,
        coalesce(visitors.is_mature, false) as is_mature,
        coalesce(visitors.has_ordered, false) as has_ordered
    from sessions
    left join {{ ref('int_landings_acted_on') }} as acted
        on sessions.session_id = acted.session_id
    left join {{ ref('int_new_visitors') }} as visitors
        on sessions.session_id = visitors.session_id
),

dated as (
    select
        periods.period,
        landed.*
    from {{ ref('dim_periods') }} as periods
    inner join landed
        on
            periods.start_date <= landed.business_date
            and periods.end_date > landed.business_date
),

elements as (
    select
        period,
        landing_page_type,
        landing_page_id,
        source_group,
        count(*) as click_count
    from dated
    where first_element_id is not null
    group by period, landing_page_type, landing_page_id, source_group, first_element_id
),

shared as (
    select
        *,
        cast(click_count as double) / sum(click_count) over (
            partition by period, landing_page_type, landing_page_id, source_group
        ) as click_share
    from elements
),

-- Shannon's entropy, in bits. Decimals until the end, because a sum of doubles depends on the order
-- of rows.
entropies as (
    select
        period,
        landing_page_type,
        landing_page_id,
        source_group,
        cast(sum(click_count) as bigint) as element_click_count,
        count(*) as element_count,
        -sum({{ to_decimal('click_share * ln(click_share) / ln(2)', 12) }}) as first_click_entropy
    from shared
    group by period, landing_page_type, landing_page_id, source_group
),

counted as (
    select
        period,
        landing_page_type,
        landing_page_id,
        source_group,
        count(*) as session_count,
        count(*) filter (where is_bounce) as exit_count,
        count(*) filter (where is_paid) as paid_session_count,
        count(*) filter (where has_seen_trust) as trust_session_count,
        count(*) filter (where has_seen_trust and is_paid) as trust_paid_session_count,
        count(first_action_seconds) as first_action_count,
        count(*) filter (where is_new) as new_person_count,
        count(*) filter (where is_new and is_mature) as mature_person_count,
        count(*) filter (where is_new and is_mature and has_ordered) as first_order_count,
        cast(coalesce(sum(first_action_seconds), 0) as decimal(18, 3)) as first_action_seconds
    from dated
    group by period, landing_page_type, landing_page_id, source_group
),

final as (
    select
        counted.period,
        counted.landing_page_type,
        counted.landing_page_id,
        counted.source_group,
        counted.session_count,
        counted.exit_count,
        counted.paid_session_count,
        counted.trust_session_count,
        counted.trust_paid_session_count,
        counted.first_action_count,
        counted.first_action_seconds,
        coalesce(entropies.element_click_count, 0) as element_click_count,
        coalesce(entropies.element_count, 0) as element_count,
        {{ to_decimal('entropies.first_click_entropy', 6) }} as first_click_entropy,
        counted.new_person_count,
        counted.mature_person_count,
        counted.first_order_count
    from counted
    left join entropies
        on
            counted.period = entropies.period
            and counted.landing_page_type = entropies.landing_page_type
            and counted.landing_page_id = entropies.landing_page_id
            and counted.source_group = entropies.source_group
)

select * from final
