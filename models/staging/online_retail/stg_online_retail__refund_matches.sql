-- Grain: cancellation line x sale line that it takes units back from.
-- A cancellation names no invoice. Within one customer, product and price, sales put units on a
-- stack and cancellations take the latest ones off, so a unit is never cancelled twice, nor before
-- it was sold. Units cancelled from an empty stack were sold before the period: they match nothing.
with

moves as (
    select
        customer_id,
        stock_code,
        unit_price,
        invoice_line_id,
        invoiced_at,
        row_class,
        quantity,
        row_number() over (
            partition by customer_id, stock_code, unit_price
            -- A sale of the same minute comes first.
            order by invoiced_at asc, row_class desc, invoice_line_id asc
        ) as move_number,
        bool_or(row_class = 'refund') over (
            partition by customer_id, stock_code, unit_price
        ) as has_cancellation
    from {{ ref('stg_online_retail__invoice_lines') }}
    where row_class in ('sale', 'refund') and customer_id is not null
),

summed as (
    select
        *,
        sum(quantity) over (
            partition by customer_id, stock_code, unit_price
            order by move_number
        ) as net_quantity
    from moves
    where has_cancellation
),

-- Never below zero: what is cancelled from an empty stack is not owed by later sales.
stacked as (
    select
        *,
        net_quantity - least(0, min(net_quantity) over (
            partition by customer_id, stock_code, unit_price
            order by move_number
        )) as height
    from summed
),

spans as (
    select
        *,
        least(height, previous_height) as lower_height,
        greatest(height, previous_height) as upper_height
    from (
        select
            *,
            lag(height, 1, 0) over (
                partition by customer_id, stock_code, unit_price
                order by move_number
            ) as previous_height
        from stacked
    ) as with_previous
),

bounds as (
    select
        customer_id,
        stock_code,
        unit_price,
        lower_height as bound
    from spans
    union distinct
    select
        customer_id,
        stock_code,
        unit_price,
        upper_height as bound
    from spans
),

slices as (
    select
        customer_id,
        stock_code,
        unit_price,
        bound as lower_height,
        lead(bound) over (
            partition by customer_id, stock_code, unit_price
            order by bound
        ) as upper_height
    from bounds
),

-- On one slice of the stack sales and cancellations take turns: each cancellation undoes the
-- sale just before it.
turns as (
    select
        spans.row_class,
        spans.invoice_line_id,
        slices.upper_height - slices.lower_height as quantity,
        lag(spans.invoice_line_id) over (
            partition by
                slices.customer_id, slices.stock_code, slices.unit_price, slices.lower_height
            order by spans.move_number
        ) as previous_line_id
    from slices
    inner join spans
        on
            slices.customer_id = spans.customer_id
            and slices.stock_code = spans.stock_code
            and slices.unit_price = spans.unit_price
            and slices.lower_height >= spans.lower_height
            and slices.upper_height <= spans.upper_height
),

final as (
    select
        invoice_line_id,
        previous_line_id as sale_line_id,
        cast(sum(quantity) as bigint) as quantity
    from turns
    where row_class = 'refund'
    group by invoice_line_id, previous_line_id
)

select * from final
