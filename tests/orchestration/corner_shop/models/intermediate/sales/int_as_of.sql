with

final as (
    select
        coalesce(
            {% if var('as_of') %} cast('{{ var("as_of") }}' as date), {% endif %}
            cast(max({{ business_date('placed_at') }}) + interval 1 day as date)
        ) as as_of
    from {{ ref('int_orders') }}
)

select * from final
