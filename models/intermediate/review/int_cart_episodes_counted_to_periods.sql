-- Grain: period x side of the change of the checkout, and `all`: carts that were filled in it.
-- Before the change is all that is known before it, so that the base is as firm as it can be; after
-- it is the part of the period from it on.
with

periods as (
    select
        periods.period,
        periods.start_date,
        periods.end_date,
        periods.is_complete,
        changes.changed_date
    from {{ ref('dim_periods') }} as periods
    left join {{ ref('fct_change_points') }} as changes
        on changes.series_id = 'abandoned_carts' and periods.end_date > changes.changed_date
),

sides as (
    select listed.side
    from (values ('all'), ('before'), ('after')) as listed (side)
),

daily as (
    select
        business_date,
        count(*) as episode_count,
        count(*) filter (where is_mature) as mature_count,
        count(*) filter (where is_mature and is_abandoned) as abandoned_count,
        count(*) filter (where is_mature_late) as mature_late_count,
        count(*) filter (where is_mature_late and is_abandoned_late) as abandoned_late_count
    from {{ ref('fct_cart_episodes') }}
    group by business_date
),

final as (
    select
        periods.period,
        sides.side,
        periods.changed_date,
        periods.is_complete,
        cast(coalesce(sum(daily.episode_count), 0) as bigint) as episode_count,
        cast(coalesce(sum(daily.mature_count), 0) as bigint) as mature_count,
        cast(coalesce(sum(daily.abandoned_count), 0) as bigint) as abandoned_count,
        cast(coalesce(sum(daily.mature_late_count), 0) as bigint) as mature_late_count,
        cast(coalesce(sum(daily.abandoned_late_count), 0) as bigint) as abandoned_late_count
    from periods
    cross join sides
    left join daily
        on
            periods.end_date > daily.business_date
            and case sides.side
                when 'all' then periods.start_date <= daily.business_date
                when 'before' then periods.changed_date > daily.business_date
                else
                    periods.start_date <= daily.business_date
                    and periods.changed_date <= daily.business_date
            end
    group by periods.period, sides.side, periods.changed_date, periods.is_complete
)

select * from final
