{{ config(
    materialized='incremental',
    unique_key='order_id',
    meta={'changes': 'int_orders_changed'},
) }}
-- Grain: order line of an order with a discount, shipping or tax of its own. Each amount is spread
-- over the lines in proportion to their value, or evenly over the lines of a free order, by largest
-- remainder: every line gets its share rounded down to the cent, and the cents left over go to the
-- lines that lost most by the rounding. So lines add up to the order exactly.
with

lines as (
    select
        order_line_id,
        order_id,
        cast(
            greatest(cast(unit_price * quantity as decimal(18, 2)) - line_discount, 0) * 100
            as bigint
        ) as value_cents
    from {{ ref('int_order_lines_completed') }}
    {{ where_changed('order_id', ref('int_orders_changed')) }}
),

amounts as (
    select
        order_id,
        'discount' as kind,
        order_discount as amount
    from {{ ref('int_orders_converted') }}
    {{ where_changed('order_id', ref('int_orders_changed')) }}
    union all
    select
        order_id,
        'shipping' as kind,
        shipping_fee as amount
    from {{ ref('int_orders_converted') }}
    {{ where_changed('order_id', ref('int_orders_changed')) }}
    union all
    select
        order_id,
        'tax' as kind,
        tax as amount
    from {{ ref('int_orders_converted') }}
    {{ where_changed('order_id', ref('int_orders_changed')) }}
),

weighted as (
    select
        order_line_id,
        order_id,
        case
            when sum(value_cents) over (partition by order_id) = 0 then 1
            else value_cents
        end as weight
    from lines
),

shared as (
    select
        weighted.order_line_id,
        amounts.order_id,
        amounts.kind,
        sign(amounts.amount) as direction,
        cast(abs(amounts.amount) * 100 as bigint) as amount_cents,
        -- Ten trillion of a currency times as much, in cents, is more than 64 bits hold.
        cast(abs(amounts.amount) * 100 as decimal(19, 0))
        * cast(weighted.weight as decimal(19, 0)) as share_numerator,
        cast(
            sum(weighted.weight) over (partition by amounts.order_id, amounts.kind)
            as decimal(38, 0)
        ) as share_denominator
    from amounts
    inner join weighted on amounts.order_id = weighted.order_id
    where amounts.amount != 0
),

rounded_down as (
    select
        *,
        mod(share_numerator, share_denominator) as cents_cut,
        cast(
            (share_numerator - mod(share_numerator, share_denominator)) / share_denominator
            as bigint
        ) as floor_cents
    from shared
),

ranked as (
    select
        *,
        amount_cents - sum(floor_cents) over (partition by order_id, kind) as cents_left,
        row_number() over (
            partition by order_id, kind
            order by cents_cut desc, order_line_id asc
        ) as remainder_rank
    from rounded_down
),

allocated as (
    select
        order_line_id,
        order_id,
        kind,
        cast(
            direction
            * (floor_cents + case when remainder_rank <= cents_left then 1 else 0 end)
            as decimal(18, 2)
        ) / 100 as amount
    from ranked
),

final as (
    select
        order_line_id,
        order_id,
        cast(coalesce(sum(amount) filter (where kind = 'discount'), 0) as decimal(18, 2))
            as allocated_discount,
        cast(coalesce(sum(amount) filter (where kind = 'shipping'), 0) as decimal(18, 2))
            as allocated_shipping,
        cast(coalesce(sum(amount) filter (where kind = 'tax'), 0) as decimal(18, 2))
            as allocated_tax
    from allocated
    group by order_line_id, order_id
)

select * from final
