select
    names.customer_id,
    names.customer_name,
    totals.gmv_paid_amount,
    ranks.spend_rank
from {{ ref('int_customer_names') }} as names
inner join {{ ref('int_customer_totals') }} as totals on names.customer_id = totals.customer_id
left join {{ source('analytics', 'customer_ranks') }} as ranks
    on names.customer_id = ranks.customer_id
