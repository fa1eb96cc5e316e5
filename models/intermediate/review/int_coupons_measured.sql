-- Grain: period x scope: coupons that contacts handed out (`all`), and accounts drawn by lot for
-- a coupon or for nothing (`targeted`, `held_out`).
with

results as (
    select * from {{ ref('fct_outreach_results') }}
),

-- Nothing but a coupon tells the arms apart.
lots as (
    select outreach_campaign_id
    from results
    where is_randomised
    group by outreach_campaign_id
    having count(distinct arm) = 2 and min(arm) = 'coupon' and max(arm) = 'none'
),

summed as (
    select
        periods.period,
        sum(results.issued_coupon_count) as issued_coupon_count,
        sum(results.expired_coupon_count) as expired_coupon_count,
        sum(results.redeemed_coupon_count) as redeemed_coupon_count
    from {{ ref('dim_periods') }} as periods
    inner join results
        on
            periods.start_date <= results.assigned_date
            and periods.end_date > results.assigned_date
    group by periods.period
),

drawn as (
    select
        periods.period,
        case results.arm when 'none' then 'held_out' else 'targeted' end as scope,
        sum(case when results.is_mature then results.assigned_count else 0 end) as lot_count,
        sum(case when results.is_mature then 0 else results.assigned_count end) as young_lot_count,
        sum(case when results.is_mature then results.buyer_count else 0 end) as lot_buyer_count,
        sum(case when results.is_mature then results.order_count else 0 end) as lot_order_count,
        sum(case when results.is_mature then results.coupon_cost_amount else 0 end) as cost_amount
    from {{ ref('dim_periods') }} as periods
    inner join results
        on
            periods.start_date <= results.assigned_date
            and periods.end_date > results.assigned_date
    inner join lots on results.outreach_campaign_id = lots.outreach_campaign_id
    where results.is_randomised
    group by periods.period, case results.arm when 'none' then 'held_out' else 'targeted' end
),

-- Orders of those with a coupon beyond what as many without would have placed.
additional as (
    select
        treated.period,
        treated.cost_amount,
        treated.lot_order_count
        - cast(treated.lot_count as double) * held.lot_order_count / held.lot_count as order_count
    from drawn as treated
    inner join drawn as held on treated.period = held.period
    where treated.scope = 'targeted' and held.scope = 'held_out' and held.lot_count > 0
),

final as (
    select
        periods.period,
        'all' as scope,
        coalesce(summed.expired_coupon_count, 0) as expired_coupon_count,
        coalesce(summed.redeemed_coupon_count, 0) as redeemed_coupon_count,
        coalesce(summed.issued_coupon_count - summed.expired_coupon_count, 0) as young_coupon_count,
        additional.cost_amount as lot_coupon_cost_amount,
        case when additional.order_count > 0 then additional.order_count end
            as additional_order_count,
        cast(null as bigint) as lot_count,
        cast(null as bigint) as young_lot_count,
        cast(null as bigint) as lot_buyer_count
    from {{ ref('dim_periods') }} as periods
    left join summed on periods.period = summed.period
    left join additional on periods.period = additional.period
    union all
    select
        period,
        scope,
        null as expired_coupon_count,
        null as redeemed_coupon_count,
        null as young_coupon_count,
        null as lot_coupon_cost_amount,
        null as additional_order_count,
        lot_count,
        young_lot_count,
        lot_buyer_count
    from drawn
)

select * from final
