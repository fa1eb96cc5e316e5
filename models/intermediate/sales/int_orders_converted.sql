{{ config(
    materialized='incremental',
    unique_key='order_id',
    meta={'changed_key': 'order_id', 'key_name': "'order_id'"},
) }}
-- Grain: order. Who, when on the local calendar, and the rate into the reporting currency.
-- Excludes test orders and those that a rule of row_rules leaves out.
with

orders as (
    select
        order_id,
        source_system,
        region_id,
        channel_id,
        terminal,
        currency_code,
        placed_at,
        paid_at,
        cancelled_at,
        completed_at,
        order_discount,
        shipping_fee,
        tax,
        {{ business_date('placed_at') }} as business_date,
        {{ business_date('paid_at') }} as paid_date
    from {{ ref('int_orders') }}
    where
        not is_test
        and order_id not in (
            select left_out.row_key
            from {{ ref('int_rows_named') }} as left_out
            where left_out.source_table = 'orders' and left_out.is_left_out
        )
),

buyers as (
    select
        order_id,
        person_id,
        is_anonymous
    from {{ ref('int_orders_identified') }}
),

exchange_rates as (
    select
        currency_code,
        start_date,
        end_date,
        exchange_rate
    from {{ ref('int_exchange_rates_dated') }}
),

quarantined as (
    select
        order_id,
        count(*) as line_count
    from {{ ref('int_order_lines_quarantined') }}
    group by order_id
),

final as (
    select
        orders.order_id,
        orders.source_system,
        buyers.person_id,
        orders.region_id,
        orders.channel_id,
        orders.terminal,
        orders.currency_code,
        exchange_rates.exchange_rate,
        orders.placed_at,
        orders.paid_at,
        orders.cancelled_at,
        orders.completed_at,
        orders.business_date,
        orders.paid_date,
        orders.paid_at is not null as is_paid,
        buyers.is_anonymous,
        orders.order_discount,
        orders.shipping_fee,
        orders.tax,
        coalesce(quarantined.line_count, 0) as quarantined_line_count
    from orders
    inner join buyers on orders.order_id = buyers.order_id
    left join exchange_rates
        on
            orders.currency_code = exchange_rates.currency_code
            and {{ holds_on('exchange_rates', 'orders.business_date') }}
    left join quarantined on orders.order_id = quarantined.order_id
)

select * from final
