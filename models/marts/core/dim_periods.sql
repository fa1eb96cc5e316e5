-- Grain: period that the review reports: half, quarter or month of which the data knows a day.
with

calendar as (
    select
        business_date,
        half_label as period,
        'half' as period_kind
    from {{ ref('dim_dates') }}
    union all
    select
        business_date,
        quarter_label as period,
        'quarter' as period_kind
    from {{ ref('dim_dates') }}
    union all
    select
        business_date,
        concat(year(business_date), '-', lpad(cast(month(business_date) as string), 2, '0'))
            as period,
        'month' as period_kind
    from {{ ref('dim_dates') }}
),

periods as (
    select
        period,
        period_kind,
        min(business_date) as start_date,
        cast({{ dbt.dateadd('day', 1, 'max(business_date)') }} as date) as end_date
    from calendar
    group by period, period_kind
),

first_orders as (
    select min(business_date) as first_date from {{ ref('int_orders_converted') }}
),

known as (
    select
        periods.period,
        periods.period_kind,
        periods.start_date,
        periods.end_date,
        cast({{ dbt.dateadd('year', -1, 'periods.start_date') }} as date) as year_ago_start_date,
        periods.start_date >= first_orders.first_date
        and periods.end_date <= int_as_of.as_of as is_complete,
        least(
            periods.end_date,
            cast({{ dbt.dateadd('day', -var('settlement_days'), 'int_as_of.as_of') }} as date)
        ) as settled_until_date
    from periods
    cross join first_orders
    cross join {{ ref('int_as_of') }} as int_as_of
    where
        periods.start_date < int_as_of.as_of
        and periods.end_date > first_orders.first_date
),

final as (
    select
        known.period,
        known.period_kind,
        previous.period as previous_period,
        year_ago.period as year_ago_period,
        known.start_date,
        known.end_date,
        known.settled_until_date,
        known.is_complete,
        known.is_complete and known.settled_until_date = known.end_date as is_settled
    from known
    left join known as previous
        on
            known.period_kind = previous.period_kind
            and known.start_date = previous.end_date
    left join known as year_ago
        on
            known.period_kind = year_ago.period_kind
            and known.year_ago_start_date = year_ago.start_date
)

select * from final
