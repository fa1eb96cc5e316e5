-- Grain: period x macro-region of the receiver, those without sales included. All measures add up
-- over regions. Each measure stands on the day of its own clock.
with

daily as (
    select
        sales.business_date,
        regions.macro_region_id,
        sum(sales.gmv_placed_amount) as gmv_placed_amount,
        sum(sales.gmv_paid_amount) as gmv_paid_amount,
        sum(sales.net_sales_by_order_date_amount) as net_sales_by_order_date_amount,
        sum(sales.net_sales_by_refund_date_amount) as net_sales_by_refund_date_amount,
        sum(case when sales.terminal != 'unknown' then sales.gmv_paid_amount end)
            as known_terminal_amount,
        sum(
            case when sales.terminal in ('app', 'mini_program', 'h5') then sales.gmv_paid_amount end
        ) as mobile_amount
    from {{ ref('fct_sales_daily') }} as sales
    inner join {{ ref('dim_regions') }} as regions on sales.region_id = regions.region_id
    group by sales.business_date, regions.macro_region_id
),

periods as (
    select
        period,
        start_date,
        end_date
    from {{ ref('dim_periods') }}
),

macro_regions as (
    select distinct macro_region_id from {{ ref('dim_regions') }}
),

summed as (
    select
        periods.period,
        daily.macro_region_id,
        sum(daily.gmv_placed_amount) as gmv_placed_amount,
        sum(daily.gmv_paid_amount) as gmv_paid_amount,
        sum(daily.net_sales_by_order_date_amount) as net_sales_by_order_date_amount,
        sum(daily.net_sales_by_refund_date_amount) as net_sales_by_refund_date_amount,
        sum(daily.known_terminal_amount) as known_terminal_amount,
        sum(daily.mobile_amount) as mobile_amount
    from periods
    inner join daily
        on
            periods.start_date <= daily.business_date
            and periods.end_date > daily.business_date
    group by periods.period, daily.macro_region_id
),

final as (
    select
        periods.period,
        macro_regions.macro_region_id,
        coalesce(summed.gmv_placed_amount, 0) as gmv_placed_amount,
        coalesce(summed.gmv_paid_amount, 0) as gmv_paid_amount,
        coalesce(summed.net_sales_by_order_date_amount, 0) as net_sales_by_order_date_amount,
        coalesce(summed.net_sales_by_refund_date_amount, 0) as net_sales_by_refund_date_amount,
        coalesce(summed.known_terminal_amount, 0) as known_terminal_amount,
        coalesce(summed.mobile_amount, 0) as mobile_amount
    from periods
    cross join macro_regions
    left join summed
        on
            periods.period = summed.period
            and macro_regions.macro_region_id = summed.macro_region_id
)

select * from final
