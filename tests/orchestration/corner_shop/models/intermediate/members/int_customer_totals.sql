select
    customer_id,
    count(*) as order_count,
    cast(sum(gmv_paid_amount) as decimal(18, 2)) as gmv_paid_amount
from {{ ref('fct_orders') }}
where customer_id is not null
group by customer_id
