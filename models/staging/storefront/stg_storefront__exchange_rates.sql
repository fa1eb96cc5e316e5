{{ config(materialized='view') }}
-- Of all pairs, those that are priced in the reporting currency.
with

fx_rates as (
    select
        rate_date,
        base_currency_code,
        rate,
        _loaded_at
    from {{ ref('stg_storefront__fx_rates') }}
    where row_state = 'valid' and quote_currency_code = '{{ var("reporting_currency") }}'
),

final as (
    select
        rate_date,
        base_currency_code as currency_code,
        rate as exchange_rate,
        _loaded_at
    from fx_rates
)

select * from final
