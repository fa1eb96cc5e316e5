-- Grain: order, by every id that it may have had, x build in which rows of its number changed.
-- Which shops share the number decides on the id, and rows of each of these tables on that.
with

numbers as (
    {% for table in ['orders', 'order_lines', 'payments', 'refunds', 'refund_lines'] %}
        select
            order_id as order_number,
            changed_in_build
        from {{ changed_keys(table, 'order_id') }}
        {{ 'union' if not loop.last }}
    {% endfor %}
),

final as (
    select
        order_number as order_id,
        changed_in_build
    from numbers
    union
    select
        shared.order_id,
        numbers.changed_in_build
    from numbers
    inner join {{ ref('int_shared_order_numbers') }} as shared
        on numbers.order_number = shared.order_number
)

select * from final
