select
    visitor_id,
    rule_id,
    count(*) as row_count
from {{ ref('int_bot_flags') }}
group by visitor_id, rule_id
having count(*) > 1
