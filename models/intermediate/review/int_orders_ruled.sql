-- Grain: order x clock x cancellation rule under which it counts as a purchase, with its day and
-- its value before refunds.
with

orders as (
    select
        order_id,
        -- Without a person, every order has a buyer of its own.
        coalesce(person_id, order_id) as buyer_id,
        person_id is not null as is_known_buyer,
        business_date,
        paid_date,
        {{ business_date('cancelled_at') }} as cancelled_date,
        is_paid,
        gmv_placed_amount as merchandise_amount,
        shipping_amount,
        tax_amount
    from {{ ref('fct_orders') }}
),

clocked as (
    select
        *,
        'placed' as clock,
        business_date as counted_date
    from orders
    union all
    select
        *,
        'paid' as clock,
        paid_date as counted_date
    from orders
    where paid_date is not null
),

cancellations as (
    select listed.cancellation
    from (
        values ('paid_only'), ('not_cancelled_that_day'), ('all'), ('reversed')
    ) as listed (cancellation)
),

final as (
    select
        clocked.order_id,
        clocked.buyer_id,
        clocked.is_known_buyer,
        clocked.clock,
        cancellations.cancellation,
        clocked.counted_date,
        -- What was paid before it was cancelled is taken back by its refund instead.
        case when not clocked.is_paid then clocked.cancelled_date end as reversed_date,
        clocked.merchandise_amount,
        clocked.shipping_amount,
        clocked.tax_amount
    from clocked
    inner join cancellations
        on case cancellations.cancellation
            when 'paid_only' then clocked.is_paid
            when 'not_cancelled_that_day'
                then clocked.cancelled_date is distinct from clocked.counted_date
            -- A sale taken back was an order nevertheless.
            else true
        end
)

select * from final
