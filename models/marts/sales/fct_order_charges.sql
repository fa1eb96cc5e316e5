-- Grain: charge that is no merchandise. Amounts add up; negative ones were paid or given back.
-- Shipping of orders stands here too, and spread over lines in fct_order_lines: do not add the two.
with

charges as (
    select
        charge_id,
        source_system,
        order_id,
        user_id,
        region_id,
        currency_code,
        charged_at,
        charge_type,
        charge,
        {{ business_date('charged_at') }} as business_date
    from {{ ref('int_order_charges') }}
    where charge_id not in (
        select left_out.row_key
        from {{ ref('int_rows_named') }} as left_out
        where left_out.source_table = 'order_charges' and left_out.is_left_out
    )
),

accounts as (
    select
        identifier as user_id,
        person_id
    from {{ ref('int_person_identifiers') }}
    where identifier_type = 'user_id'
),

exchange_rates as (
    select
        currency_code,
        start_date,
        end_date,
        exchange_rate
    from {{ ref('int_exchange_rates_dated') }}
),

final as (
    select
        charges.charge_id,
        charges.source_system,
        charges.order_id,
        accounts.person_id,
        charges.region_id,
        charges.charged_at,
        charges.business_date,
        charges.charge_type,
        {{ to_money('charges.charge * exchange_rates.exchange_rate') }} as charge_amount
    from charges
    left join accounts on charges.user_id = accounts.user_id
    left join exchange_rates
        on
            charges.currency_code = exchange_rates.currency_code
            and {{ holds_on('exchange_rates', 'charges.business_date') }}
)

select * from final
