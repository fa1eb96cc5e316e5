select
    customer_id,
    max_by(customer_name, placed_at) as customer_name
from {{ ref('int_orders') }}
where customer_id is not null
group by customer_id
