-- Carts of a session that end without a payment, on either side of the new checkout.
select
    case when started_at < timestamp '2026-04-01 16:00:00' then 'before' else 'after' end as scope,
    1 - avg(has_paid::int) as value
from sessions
where has_cart
group by scope;
