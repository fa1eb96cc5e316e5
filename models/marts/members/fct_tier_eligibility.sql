-- Grain: period x tier x side of the spending that the tier asks for: members near it when the
-- period begins, and their activity in four weeks. Counts and sums add up over sides.
with

tiers as (
    select
        tier,
        tier_number,
        spending_from
    from {{ ref('tiers') }}
),

bounds as (
    select
        as_of.as_of,
        min(orders.paid_date) as first_date
    from {{ ref('fct_orders') }} as orders
    cross join {{ ref('int_as_of') }} as as_of
    group by as_of.as_of
),

-- What somebody spent in a year, and did in four weeks, is known of no other periods.
periods as (
    select
        periods.period,
        periods.start_date,
        cast({{ dbt.dateadd('day', -365, 'periods.start_date') }} as date) as spending_from_date,
        cast({{ dbt.dateadd('day', 28, 'periods.start_date') }} as date) as activity_end_date
    from {{ ref('dim_periods') }} as periods
    cross join bounds
    where
        {{ dbt.dateadd('day', -365, 'periods.start_date') }} >= bounds.first_date
        and {{ dbt.dateadd('day', 28, 'periods.start_date') }} <= bounds.as_of
),

spending as (
    select
        periods.period,
        orders.person_id,
        sum(orders.gmv_paid_amount) as spent_amount
    from periods
    inner join {{ ref('fct_orders') }} as orders
        on
            periods.spending_from_date <= orders.paid_date
            and periods.start_date > orders.paid_date
    where not orders.is_anonymous
    group by periods.period, orders.person_id
),

activity as (
    select
        periods.period,
        active_days.person_id,
        count(*) as active_day_count
    from periods
    inner join {{ ref('int_active_days') }} as active_days
        on
            periods.start_date <= active_days.active_date
            and periods.activity_end_date > active_days.active_date
    group by periods.period, active_days.person_id
),

holders as (
    select
        periods.period,
        owners.person_id,
        max(tiers.tier_number) as tier_number
    from periods
    inner join {{ ref('int_memberships') }} as memberships
        on
            periods.start_date >= {{ business_date('memberships.started_at') }}
            and periods.start_date < {{ business_date('memberships.expires_at') }}
    inner join tiers on memberships.level = tiers.tier
    inner join {{ ref('int_person_identifiers') }} as owners
        on owners.identifier_type = 'user_id' and memberships.user_id = owners.identifier
    where memberships.programme = 'tier'
    group by periods.period, owners.person_id
),

near as (
    select
        spending.period,
        tiers.tier,
        spending.spent_amount >= tiers.spending_from as is_eligible,
        coalesce(holders.tier_number >= tiers.tier_number, false) as is_holder,
        {{ to_decimal('cast(spending.spent_amount as double) / tiers.spending_from - 1', 6) }}
            as distance,
        coalesce(activity.active_day_count, 0) as active_day_count
    from spending
    inner join tiers
        on
            spending.spent_amount >= tiers.spending_from * (1 - {{ var('tier_distance_share') }})
            and spending.spent_amount < tiers.spending_from * (1 + {{ var('tier_distance_share') }})
    left join activity
        on spending.period = activity.period and spending.person_id = activity.person_id
    left join holders
        on spending.period = holders.period and spending.person_id = holders.person_id
    where tiers.spending_from > 0
),

final as (
    select
        period,
        tier,
        is_eligible,
        count(*) as person_count,
        count(*) filter (where is_holder) as holder_count,
        cast(sum(active_day_count) as bigint) as active_day_count,
        cast(sum(active_day_count * active_day_count) as bigint) as squared_active_day_count,
        cast(sum(distance) as double) as distance_sum,
        cast(sum(distance * distance) as double) as squared_distance_sum,
        cast(sum(distance * active_day_count) as double) as distance_by_active_day_sum
    from near
    group by period, tier, is_eligible
)

select * from final
