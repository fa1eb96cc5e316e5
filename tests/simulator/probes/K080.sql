-- Lapsed people by lot: whoever buys within 30 days of being assigned, contacted or not.
with reached as (
    select
        outreach.arm,
        exists (
            select 1
            from paid_orders as orders
            where
                orders.user_id = outreach.user_id
                and orders.paid_at >= outreach.assigned_at
                and orders.paid_at < outreach.assigned_at + interval 30 day
        ) as returns
    from outreach
    where outreach.is_randomised and outreach.purpose = 'win_back'
),

arms as (
    select
        arm,
        count(*) as tries,
        sum(returns::int) as hits
    from reached
    group by arm
)

select
    'over_sms' as scope,
    (calls.hits / calls.tries) / (texts.hits / texts.tries) as value,
    value * ratio_error(calls.hits, calls.tries, texts.hits, texts.tries) as error
from arms as calls
cross join arms as texts
where calls.arm = 'ai_call_coupon' and texts.arm = 'sms';
