-- Grain: period. Orders placed in it, what became of those old enough to tell, and orders paid
-- in it by terminal.
with

orders as (
    select
        business_date,
        paid_date,
        terminal,
        completed_at is not null and not is_fully_refunded as is_completed
    from {{ ref('fct_orders') }}
),

daily as (
    select
        business_date,
        count(*) as placed_count,
        sum(case when is_completed then 1 else 0 end) as completed_count,
        0 as known_terminal_count,
        0 as mobile_count
    from orders
    group by business_date
    union all
    select
        paid_date as business_date,
        0 as placed_count,
        0 as completed_count,
        sum(case when terminal != 'unknown' then 1 else 0 end) as known_terminal_count,
        sum(case when terminal in ('app', 'mini_program', 'h5') then 1 else 0 end) as mobile_count
    from orders
    where paid_date is not null
    group by paid_date
),

final as (
    select
        periods.period,
        coalesce(sum(daily.placed_count), 0) as placed_count,
        coalesce(sum(
            case when daily.business_date < periods.settled_until_date then daily.placed_count end
        ), 0) as settled_count,
        coalesce(sum(
            case
                when daily.business_date < periods.settled_until_date then daily.completed_count
            end
        ), 0) as completed_count,
        coalesce(sum(daily.known_terminal_count), 0) as known_terminal_count,
        coalesce(sum(daily.mobile_count), 0) as mobile_count
    from {{ ref('dim_periods') }} as periods
    left join daily
        on
            periods.start_date <= daily.business_date
            and periods.end_date > daily.business_date
    group by periods.period
)

select * from final
