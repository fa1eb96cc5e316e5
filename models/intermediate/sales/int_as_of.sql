-- Grain: one row. The first day that the data does not cover: given, or else the day after the last
-- order or refund. Never the clock, so that the same input builds the same rows.
with

days as (
    select
        max(business_date) as last_date,
        min(business_date) as first_order_date,
        max(business_date) as last_order_date
    from {{ ref('int_orders_converted') }}
    union all
    select
        max(refund_date) as last_date,
        cast(null as date) as first_order_date,
        cast(null as date) as last_order_date
    from {{ ref('int_refund_lines_dated') }}
),

final as (
    select
        coalesce(
            {% if var('as_of') %} cast('{{ var("as_of") }}' as date), {% endif %}
            cast({{ dbt.dateadd('day', 1, 'max(last_date)') }} as date)
        ) as as_of,
        min(first_order_date) as first_order_date,
        max(last_order_date) as last_order_date
    from days
)

select * from final
