with

days as (
    select
        min({{ business_date('placed_at') }}) as first_order_date,
        max({{ business_date('placed_at') }}) as last_order_date
    from {{ ref('int_orders') }}
),

final as (
    select
        coalesce(
            {% if var('as_of') %} cast('{{ var("as_of") }}' as date), {% endif %}
            cast(last_order_date + interval 1 day as date)
        ) as as_of,
        first_order_date,
        last_order_date
    from days
)

select * from final
