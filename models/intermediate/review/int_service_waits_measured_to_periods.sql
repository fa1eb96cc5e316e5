-- Grain: period x who replied x side of the change of the way of contact, and `all`: time to the
-- first reply, of people in service hours and of bots at any time. Before its change is all that is
-- known before it; a way of contact without a change is in `all` only.
with

replies as (
    select
        contact_channel,
        business_date,
        first_replied_by as replier,
        wait_seconds
    from {{ ref('fct_service_conversations') }}
    where wait_seconds is not null and (is_service_hours or first_replied_by = 'bot')
),

changes as (
    select
        segment as contact_channel,
        changed_date
    from {{ ref('fct_change_points') }}
    where series_id = 'first_response'
),

sides as (
    select listed.side
    from (values ('all'), ('before'), ('after')) as listed (side)
),

repliers as (
    select listed.replier
    from (values ('human'), ('bot')) as listed (replier)
),

dated as (
    select
        replies.*,
        changes.changed_date
    from replies
    left join changes on replies.contact_channel = changes.contact_channel
),

final as (
    select
        periods.period,
        repliers.replier,
        sides.side,
        periods.is_complete,
        count(dated.wait_seconds) as reply_count,
        count(distinct dated.contact_channel) as contact_channel_count,
        cast(sum(dated.wait_seconds) as double) as wait_seconds,
        -- Decimals until the end, because a sum of doubles depends on the order of rows.
        cast(sum(dated.wait_seconds * dated.wait_seconds) as double) as squared_seconds,
        median(cast(dated.wait_seconds as double)) as median_seconds,
        percentile_cont(0.9) within group (order by cast(dated.wait_seconds as double))
            as p90_seconds
    from {{ ref('dim_periods') }} as periods
    cross join repliers
    cross join sides
    left join dated
        on
            periods.end_date > dated.business_date
            and repliers.replier = dated.replier
            and case sides.side
                when 'all' then periods.start_date <= dated.business_date
                when 'before'
                    then
                        periods.end_date > dated.changed_date
                        and dated.changed_date > dated.business_date
                else
                    periods.start_date <= dated.business_date
                    and dated.changed_date <= dated.business_date
            end
    group by periods.period, repliers.replier, sides.side, periods.is_complete
)

select * from final
