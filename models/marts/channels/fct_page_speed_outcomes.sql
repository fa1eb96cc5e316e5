-- Grain: local day x outcome x source group x device x band of load time: sessions whose landing
-- page, or first page of the cart, was measured. Adds up within an outcome. Excludes bots.
with

loads as (
    select
        session_id,
        device,
        page_type,
        is_landing,
        event_number,
        load_ms
    from {{ ref('int_page_loads') }}
    where is_landing or page_type = 'cart'
),

sessions as (
    select
        sessions.session_id,
        sessions.business_date,
        sessions.is_bounce,
        sessions.begin_checkout_count,
        channels.source_group
    from {{ ref('fct_sessions') }} as sessions
    inner join {{ ref('dim_channels') }} as channels on sessions.channel_id = channels.channel_id
    where not sessions.is_bot
),

bands as (
    select
        band_number,
        lower_ms,
        upper_ms,
        is_slow
    from {{ ref('page_load_bands') }}
),

-- A session has one landing, and counts by the first time that it saw its cart.
reached as (
    select
        'bounce' as outcome,
        session_id,
        device,
        load_ms
    from loads
    where is_landing
    union all
    select
        'checkout' as outcome,
        session_id,
        min_by(device, event_number) as device,
        min_by(load_ms, event_number) as load_ms
    from loads
    where page_type = 'cart' and session_id is not null
    group by session_id
),

final as (
    select
        sessions.business_date,
        reached.outcome,
        sessions.source_group,
        reached.device,
        cast(bands.band_number as integer) as load_band_number,
        bands.lower_ms as load_from_ms,
        bands.upper_ms as load_below_ms,
        bands.is_slow,
        count(*) as session_count,
        count(*) filter (
            where case reached.outcome
                when 'bounce' then sessions.is_bounce
                else sessions.begin_checkout_count > 0
            end
        ) as outcome_count
    from reached
    inner join sessions on reached.session_id = sessions.session_id
    inner join bands
        on
            reached.load_ms >= bands.lower_ms
            and reached.load_ms < coalesce(bands.upper_ms, cast('infinity' as double))
    group by
        sessions.business_date, reached.outcome, sessions.source_group, reached.device,
        bands.band_number, bands.lower_ms, bands.upper_ms, bands.is_slow
)

select * from final
