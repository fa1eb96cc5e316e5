-- Grain: period x scope: what was placed, paid and net of refunds, and what was paid by terminal.
with

sales as (
    select
        period,
        sum(gmv_placed_amount) as gmv_placed_amount,
        sum(gmv_paid_amount) as gmv_paid_amount,
        sum(net_sales_by_order_date_amount) as net_sales_by_order_date_amount,
        sum(net_sales_by_refund_date_amount) as net_sales_by_refund_date_amount,
        sum(known_terminal_amount) as known_terminal_amount,
        sum(mobile_amount) as mobile_amount
    from {{ ref('int_sales_summed_to_periods') }}
    group by period
),

-- Without a refund at all, the sources do not tell; sales net of nothing would be wrong.
ever_refunded as (
    select count(*) as refund_count from {{ ref('fct_refund_lines') }}
),

final as (
    select
        sales.period,
        'all' as scope,
        sales.gmv_placed_amount,
        sales.gmv_paid_amount,
        case when ever_refunded.refund_count > 0 then sales.net_sales_by_order_date_amount end
            as net_sales_by_order_date_amount,
        case when ever_refunded.refund_count > 0 then sales.net_sales_by_refund_date_amount end
            as net_sales_by_refund_date_amount,
        sales.known_terminal_amount,
        sales.mobile_amount,
        orders.known_terminal_count as known_terminal_order_count,
        orders.mobile_count as mobile_order_count
    from sales
    inner join {{ ref('int_orders_counted_to_periods') }} as orders on sales.period = orders.period
    cross join ever_refunded
)

select * from final
