-- What carts lack to free shipping, and which of them are told so by a prompt.

-- The value of a visit's cart after each thing put into it, CNY. What is left behind is one of each.
create table plan.cart_amounts as
with additions as (
    select
        orders.visit_number,
        lines.line_no as place,
        cast((lines.unit_price * lines.quantity - lines.line_discount) * lines.rate as decimal(18, 2)) as amount
    from plan.line_money as lines
    inner join plan.orders as orders using (order_number)
    where not orders.is_bought_at_once
    union all
    select
        items.visit_number,
        items.item as place,
        cast(prices.list_price * (1 - case
            when uniform('left in promotion', items.visit_number * 64 + items.item) < 0.8 then sessions.discount
            else 0
        end) as decimal(18, 2)) as amount
    from plan.cart_items as items
    inner join plan.sessions as sessions using (visit_number)
    inner join plan.prices as prices
        on
            items.sku_number = prices.sku_number
            and items.day >= prices.valid_from
            and items.day < prices.valid_to
)

select
    visit_number,
    place,
    cast(sum(amount) over (partition by visit_number order by place) as decimal(18, 2)) as cart_amount
from additions;

-- K121. The carts are those that are filled anyway. Of those near the threshold so many that pass it
-- later, and so many that do not, are prompted that prompted carts pass it more often by the planted
-- lift, in every half-year; which ones is random. The prompt comes with the first addition, so that
-- both are watched from then on.
create table truth.near_carts as
with carts as (
    select
        visit_number,
        min(place) as place,
        min(cart_amount) as cart_amount,
        max(cart_amount) >= parameter('orders.free_shipping_from') as is_topped_up
    from plan.cart_amounts
    group by visit_number
    having
        min(cart_amount) < parameter('orders.free_shipping_from')
        and min(cart_amount) >= parameter('orders.free_shipping_from') - parameter('orders.free_shipping_near')
),

dated as (
    select
        carts.*,
        year(sessions.day) * 2 + (month(sessions.day) - 1) // 6 as half
    from carts
    inner join plan.sessions as sessions using (visit_number)
),

ranked as (
    select
        *,
        avg(is_topped_up::int) over (partition by half) as rate,
        count(*) over (partition by half, is_topped_up) as cart_count,
        row_number() over (
            partition by half, is_topped_up order by uniform('prompted', visit_number), visit_number
        ) as prompt_rank
    from dated
),

rated as (
    select
        *,
        (1 + parameter('orders.free_shipping_prompt_lift'))
        / (1 + parameter('orders.free_shipping_prompted') * parameter('orders.free_shipping_prompt_lift'))
        * rate as prompted_rate
    from ranked
)

select
    visit_number,
    place,
    cart_amount,
    prompt_rank <= round(
        cart_count * parameter('orders.free_shipping_prompted')
        * case when is_topped_up then prompted_rate / rate else (1 - prompted_rate) / (1 - rate) end
    ) as is_prompted,
    is_topped_up
from rated;
