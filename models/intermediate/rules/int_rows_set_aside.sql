{{ config(schema='meta', alias='set_aside') }}
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
        rate_date,
        exchange_rate
    from {{ ref('int_exchange_rates') }}
),

rated as (
    select
        named.rule_id,
        named.source_table,
        named.row_key,
        max_by(exchange_rates.exchange_rate, exchange_rates.rate_date) as exchange_rate
    from named
    inner join exchange_rates
        on
            named.currency_code = exchange_rates.currency_code
            and named.business_date >= exchange_rates.rate_date
    group by named.rule_id, named.source_table, named.row_key
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
        {{ to_money("named.amount * case
                when named.currency_code = '" ~ var('reporting_currency') ~ "' then 1
                else rated.exchange_rate
            end") }} as worth_amount,
        named.source_file,
        named.source_row
    from named
    left join rated
        on
            named.rule_id = rated.rule_id
            and named.source_table = rated.source_table
            and named.row_key = rated.row_key
    left join accepted
        on
            named.rule_id = accepted.rule_id
            and named.row_key = accepted.row_key
)

select * from final
