-- Grain: refund of which the money went back, refunds of test orders excluded. What it is worth is
-- what its lines are worth, or, where it has none, what the refund itself says.
with

refunds as (
    select
        refund_id,
        order_id,
        currency_code,
        refunded_at,
        amount,
        _source_file,
        _source_row
    from {{ ref('int_refunds') }}
    where refunded_at is not null
),

lines as (
    select
        refund_id,
        max(order_id) as order_id,
        max(currency_code) as currency_code,
        min(refunded_at) as refunded_at,
        sum(refund) as amount,
        min(_source_file) as _source_file,
        min(_source_row) as _source_row
    from {{ ref('int_refund_lines') }}
    group by refund_id
),

test_orders as (
    select order_id
    from {{ ref('int_orders') }}
    where is_test
),

joined as (
    select
        coalesce(refunds.refund_id, lines.refund_id) as refund_id,
        coalesce(lines.order_id, refunds.order_id) as order_id,
        coalesce(lines.currency_code, refunds.currency_code) as currency_code,
        coalesce(lines.refunded_at, refunds.refunded_at) as refunded_at,
        coalesce(lines.amount, refunds.amount) as amount,
        lines.refund_id is not null as has_lines,
        coalesce(refunds._source_file, lines._source_file) as source_file,
        coalesce(refunds._source_row, lines._source_row) as source_row
    from refunds
    full outer join lines on refunds.refund_id = lines.refund_id
),

final as (
    select
        joined.refund_id,
        joined.order_id,
        joined.currency_code,
        joined.refunded_at,
        joined.has_lines,
        cast(joined.amount as decimal(18, 2)) as amount,
        joined.source_file,
        joined.source_row
    from joined
    left join test_orders on joined.order_id = test_orders.order_id
    where test_orders.order_id is null
)

select * from final
