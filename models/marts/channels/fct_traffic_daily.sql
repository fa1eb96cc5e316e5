-- Grain: local day x source group x terminal. Everything adds up but persons: whoever comes on two
-- days, or from two sources, counts in each. Bots are in bot_session_count and nowhere else.
with

channels as (
    select
        channel_id,
        source_group
    from {{ ref('dim_channels') }}
),

sessions as (
    select
        sessions.*,
        channels.source_group
    from {{ ref('fct_sessions') }} as sessions
    inner join channels on sessions.channel_id = channels.channel_id
),

final as (
    select
        business_date,
        source_group,
        terminal,
        count(*) filter (where not is_bot) as session_count,
        count(*) filter (where is_bot) as bot_session_count,
        count(*) filter (where not is_bot and channel_id = 'other')
            as unlisted_source_session_count,
        count(*) filter (where not is_bot and wrong_clock_event_count > 0)
            as wrong_clock_session_count,
        count(*) filter (where not is_bot and is_bounce) as bounce_count,
        count(*) filter (where not is_bot and pay_count > 0) as paid_session_count,
        count(distinct case when not is_bot then person_id end) as person_count,
        count(distinct case when not is_bot and pay_count > 0 then person_id end)
            as paying_person_count,
        cast(sum(case when is_bot then 0 else page_view_count end) as bigint) as page_view_count,
        cast(sum(case when is_bot then 0 else submit_order_count end) as bigint)
            as submit_order_count,
        cast(sum(case when is_bot then 0 else pay_count end) as bigint) as pay_count,
        cast(sum(case when is_bot then 0 else engaged_seconds end) as decimal(18, 3))
            as engaged_seconds
    from sessions
    group by business_date, source_group, terminal
)

select * from final
