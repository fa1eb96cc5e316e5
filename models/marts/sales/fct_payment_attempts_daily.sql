-- Grain: local day of the attempt x method x outcome (status and, of a failure, its reason). Attempts
-- and amounts add up; orders do not, because an order is often tried again.
-- Excludes attempts for test orders.
with

attempts as (
    select
        payments.payment_id,
        payments.order_id,
        payments.method,
        payments.status,
        case
            when payments.status = 'failed' then coalesce(payments.fail_reason, 'unknown')
            else 'none'
        end as fail_reason,
        {{ business_date('payments.attempted_at') }} as business_date,
        {{ to_money('payments.amount * orders.exchange_rate') }} as attempted_amount
    from {{ ref('int_payments') }} as payments
    inner join {{ ref('int_orders_converted') }} as orders on payments.order_id = orders.order_id
),

final as (
    select
        business_date,
        method,
        status,
        fail_reason,
        count(*) as attempt_count,
        count(distinct order_id) as order_count,
        count(*) - count(attempted_amount) as unvalued_count,
        cast(coalesce(sum(attempted_amount), 0) as decimal(18, 2)) as attempted_amount
    from attempts
    group by business_date, method, status, fail_reason
)

select * from final
