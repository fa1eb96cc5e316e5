{{ config(
    materialized='incremental',
    unique_key='refund_line_id',
    meta={'changed_key': 'order_id', 'key_name': "'order_id'"},
) }}
-- Grain: refunded line, with both clocks and where the sale was. A refund of no known order takes
-- its own day and region on both clocks. Excludes refunds of orders that do not count: test orders
-- and what a rule of row_rules leaves out.
with

delivered_and_assumed as (
    select
        refund_line_id,
        source_system,
        refund_id,
        order_id,
        order_line_id,
        user_id,
        sku_id,
        region_id,
        currency_code,
        refund_type,
        refunded_at,
        quantity,
        refund
    from {{ ref('int_refund_lines') }}
    union all
    select
        refund_line_id,
        source_system,
        refund_id,
        order_id,
        order_line_id,
        user_id,
        sku_id,
        region_id,
        currency_code,
        refund_type,
        refunded_at,
        quantity,
        refund
    from {{ ref('int_refund_lines_assumed') }}
),

left_out as (
    select row_key
    from {{ ref('int_rows_named') }}
    where source_table in ('refunds', 'refund_lines') and is_left_out
),

refund_lines as (
    select
        *,
        {{ business_date('refunded_at') }} as refund_date
    from delivered_and_assumed
    where
        refund_id not in (select left_out.row_key from left_out)
        and refund_line_id not in (select left_out.row_key from left_out)
),

orders as (
    select
        order_id,
        person_id,
        region_id,
        channel_id,
        terminal,
        exchange_rate,
        paid_date,
        business_date
    from {{ ref('int_orders_converted') }}
),

accounts as (
    select
        identifier as user_id,
        person_id
    from {{ ref('int_person_identifiers') }}
    where identifier_type = 'user_id'
),

uncounted_orders as (
    select known.order_id
    from {{ ref('int_orders') }} as known
    left join orders on known.order_id = orders.order_id
    where orders.order_id is null
),

skus as (
    select
        sku_id,
        category_id
    from {{ ref('int_skus') }}
),

exchange_rates as (
    select
        currency_code,
        start_date,
        end_date,
        exchange_rate
    from {{ ref('int_exchange_rates_dated') }}
),

joined as (
    select
        refund_lines.*,
        coalesce(skus.category_id, 'unknown') as category_id,
        coalesce(orders.person_id, accounts.person_id) as person_id,
        coalesce(orders.region_id, refund_lines.region_id) as sale_region_id,
        coalesce(orders.channel_id, 'unknown') as channel_id,
        coalesce(orders.terminal, 'unknown') as terminal,
        coalesce(orders.paid_date, orders.business_date, refund_lines.refund_date) as order_date,
        case
            when orders.order_id is not null then orders.exchange_rate
            else exchange_rates.exchange_rate
        end as exchange_rate
    from refund_lines
    left join skus on refund_lines.sku_id = skus.sku_id
    left join orders on refund_lines.order_id = orders.order_id
    left join accounts on refund_lines.user_id = accounts.user_id
    left join exchange_rates
        on
            refund_lines.currency_code = exchange_rates.currency_code
            and {{ holds_on('exchange_rates', 'refund_lines.refund_date') }}
    left join uncounted_orders on refund_lines.order_id = uncounted_orders.order_id
    where uncounted_orders.order_id is null
),

final as (
    select
        refund_line_id,
        source_system,
        refund_id,
        order_id,
        order_line_id,
        sku_id,
        category_id,
        person_id,
        sale_region_id as region_id,
        channel_id,
        terminal,
        refunded_at,
        refund_date,
        order_date,
        refund_type,
        order_line_id is not null as is_matched,
        quantity,
        currency_code,
        exchange_rate,
        {{ to_money('refund * exchange_rate') }} as refund_amount,
        refund as transaction_refund_amount
    from joined
)

select * from final
