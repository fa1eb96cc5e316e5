-- Terms that end in the half, renewed between 30 days before and 30 days after; mature ones.
select
    'all' as scope,
    avg(exists (
        select 1
        from memberships as renewals
        where
            renewals.programme = 'paid'
            and renewals.user_id = ended.user_id
            and renewals.membership_id != ended.membership_id
            and renewals.started_at >= ended.expires_at - interval 30 day
            and renewals.started_at < ended.expires_at + interval 30 day
    )::int) as value
from memberships as ended
where ended.programme = 'paid' and ended.expires_at >= half_begins()
    and ended.expires_at + interval 30 day < half_ends();
