-- Grain: currency x days in which one rate holds: from its day until that of the next. Of two rates
-- of one day one holds. The reporting currency is worth itself, always.
with

rates as (
    select
        source_system,
        currency_code,
        rate_date,
        exchange_rate
    from {{ ref('int_exchange_rates') }}
    where currency_code != '{{ var("reporting_currency") }}'
),

final as (
    select
        currency_code,
        rate_date as start_date,
        lead(rate_date) over (
            partition by currency_code
            order by rate_date, source_system
        ) as end_date,
        exchange_rate
    from rates
    union all
    select
        '{{ var("reporting_currency") }}' as currency_code,
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        cast(1 as decimal(18, 8)) as exchange_rate
)

select * from final
