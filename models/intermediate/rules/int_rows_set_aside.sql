{{ config(
    schema='meta',
    alias='set_aside',
    meta={'names_files': [
        'orders', 'order_lines', 'payments', 'refunds', 'refund_lines', 'invoice_lines',
    ]},
) }}
-- Grain: row x rule that it breaks: who it is, where it landed, what became of it, what it is
-- worth, and whether somebody has accepted it. Worth is null without an order or a rate.
with

as_of as (
    select as_of from {{ ref('int_as_of') }}
),

orders as (
    select
        order_id,
        currency_code,
        placed_at
    from {{ ref('int_orders') }}
),

named as (
    select
        rows_named.rule_id,
        rows_named.source_table,
        rows_named.row_key,
        rows_named.order_id,
        rows_named.outcome,
        rows_named.is_left_out,
        rows_named.detail,
        coalesce(rows_named.currency_code, orders.currency_code) as currency_code,
        {{ business_date('coalesce(rows_named.occurred_at, orders.placed_at)') }} as business_date,
        rows_named.amount,
        rows_named.source_file,
        rows_named.source_row
    from {{ ref('int_rows_named') }} as rows_named
    left join orders on rows_named.order_id = orders.order_id
),

exchange_rates as (
    select
        currency_code,
        start_date,
        end_date,
        exchange_rate
    from {{ ref('int_exchange_rates_dated') }}
),

accepted as (
    select
        exceptions.rule_id,
        exceptions.row_key,
        max(exceptions.expires_date) as expires_date
    from {{ ref('exceptions') }} as exceptions
    cross join as_of
    where exceptions.expires_date > as_of.as_of
    group by exceptions.rule_id, exceptions.row_key
),

delivered as (
    select
        source_file,
        max(delivered_file) as delivered_file
    from meta.delivered_files
    group by source_file
),

final as (
    select
        named.rule_id,
        named.source_table,
        named.row_key,
        named.order_id,
        named.outcome,
        named.detail,
        named.business_date,
        accepted.row_key is not null as is_accepted,
        named.outcome != 'kept' and accepted.row_key is null as is_counted,
        named.currency_code,
        cast(named.amount as decimal(18, 2)) as transaction_amount,
        {{ to_money('named.amount * exchange_rates.exchange_rate') }} as worth_amount,
        coalesce(delivered.delivered_file, named.source_file) as delivered_file,
        named.source_file,
        named.source_row
    from named
    left join delivered on named.source_file = delivered.source_file
    left join exchange_rates
        on
            named.currency_code = exchange_rates.currency_code
            and {{ holds_on('exchange_rates', 'named.business_date') }}
    left join accepted
        on
            named.rule_id = accepted.rule_id
            and named.row_key = accepted.row_key
)

select * from final
