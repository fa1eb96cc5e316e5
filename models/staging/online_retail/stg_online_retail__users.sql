-- Anonymous buyers have no row here: they stay anonymous.
with

lines as (
    select
        customer_id,
        region_id,
        invoiced_at,
        invoice_no
    from {{ ref('stg_online_retail__invoice_lines') }}
    where customer_id is not null
),

ranked as (
    select
        customer_id,
        region_id,
        row_number() over (
            partition by customer_id
            order by invoiced_at desc, invoice_no desc, region_id asc
        ) as recency_rank
    from lines
),

-- Eight customers moved: the latest country is theirs.
final as (
    select
        customer_id as user_id,
        region_id,
        false as is_staff
    from ranked
    where recency_rank = 1
)

select * from final
