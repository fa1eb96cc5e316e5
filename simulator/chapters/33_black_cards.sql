-- The paid membership: annual black cards, renewed or lapsed. First the cards and their terms are
-- dealt out, with exact renewal rates; then they are given to people.

-- A card for so many members; the programme opened a year before the recorded history.
create table plan.cards as
select
    card_number,
    case
        when days_later(first_day(), -365 + uniform('card bought', card_number) * (as_of() - first_day() + 345))
            >= days_later(as_of(), -270) then 'young'
        else 'old'
    end as pool,
    utc(cast(days_later(first_day(), -365 + uniform('card bought', card_number) * (as_of() - first_day() + 345)) as timestamp))
    + (9 + 12 * uniform('card hour', card_number)) * interval 1 hour as started_at,
    uniform('auto renew', card_number) < parameter('black_cards.auto_renewal') as is_auto_renew
from range(cast(round((select count(*) from plan.members) * parameter('black_cards.holders')) as bigint)) as numbers (card_number);

-- K061: of the terms that end in each half-year the planted share is renewed; a renewal starts when
-- the old term ends, or up to four weeks later. Who renews automatically rarely lapses. The terms
-- of the last month are a group of their own, because their late renewals are still to come.
create table plan.card_terms_1 as
select
    card_number,
    1 as term,
    started_at,
    started_at + interval 365 day as expires_at
from plan.cards;

create macro plan.expiry_group(expires_at) as
    case
        when expires_at >= utc(cast(as_of() as timestamp)) then 'running'
        when expires_at + interval 30 day >= utc(cast(as_of() as timestamp)) then 'immature'
        else cast(year(expires_at + interval 8 hour) * 2 + (month(expires_at + interval 8 hour) - 1) // 6 as varchar)
    end;

-- A year's terms at a time: the renewals of the first year end in the second.
create table plan.card_renewals_1 as
with ranked as (
    select
        terms.*,
        cards.is_auto_renew,
        plan.expiry_group(terms.expires_at) as expiry_group,
        row_number() over (
            partition by plan.expiry_group(terms.expires_at)
            order by uniform('renews', terms.card_number) - 0.6 * cards.is_auto_renew::int, terms.card_number
        ) as renewal_rank,
        count(*) over (partition by plan.expiry_group(terms.expires_at)) as group_size
    from plan.card_terms_1 as terms
    inner join plan.cards as cards using (card_number)
    where cards.started_at < utc(cast(first_day() as timestamp))
)

select
    card_number,
    2 as term,
    case
        when is_auto_renew then expires_at
        else expires_at + greatest(0, 29 * uniform('renews late', card_number) - 14) * interval 1 day
    end as started_at,
    'renewal' as change_reason
from ranked
where expiry_group != 'running' and renewal_rank <= round(group_size * parameter('black_cards.renewal'))
union all
select
    card_number,
    2 as term,
    expires_at + (45 + 75 * uniform('comes back', card_number)) * interval 1 day as started_at,
    'reactivation' as change_reason
from ranked
where
    expiry_group != 'running'
    and renewal_rank > round(group_size * parameter('black_cards.renewal'))
    and uniform('reactivates', card_number) < parameter('black_cards.reactivation');

create table plan.card_renewals_2 as
with ending as (
    select
        card_number,
        1 as term,
        expires_at
    from plan.card_terms_1
    where started_at >= utc(cast(first_day() as timestamp))
    union all
    select
        card_number,
        2 as term,
        started_at + interval 365 day as expires_at
    from plan.card_renewals_1
),

ranked as (
    select
        ending.*,
        cards.is_auto_renew,
        plan.expiry_group(ending.expires_at) as expiry_group,
        row_number() over (
            partition by plan.expiry_group(ending.expires_at)
            order by uniform('renews again', ending.card_number) - 0.6 * cards.is_auto_renew::int, ending.card_number
        ) as renewal_rank,
        count(*) over (partition by plan.expiry_group(ending.expires_at)) as group_size
    from ending
    inner join plan.cards as cards using (card_number)
)

select
    card_number,
    term + 1 as term,
    case
        when is_auto_renew then expires_at
        else expires_at + greatest(0, 29 * uniform('renews late again', card_number) - 14) * interval 1 day
    end as started_at,
    'renewal' as change_reason
from ranked
where expiry_group != 'running' and renewal_rank <= round(group_size * parameter('black_cards.renewal'));

-- Terms as agreed; a few that still run were given back.
create table plan.card_terms as
with terms as (
    select
        card_number,
        term,
        started_at,
        'join' as change_reason
    from plan.card_terms_1
    union all
    select
        card_number,
        term,
        started_at,
        change_reason
    from plan.card_renewals_1
    union all
    select
        card_number,
        term,
        started_at,
        change_reason
    from plan.card_renewals_2
)

select
    card_number,
    term,
    started_at,
    started_at + interval 365 day as expires_at,
    case
        when
            uniform('gives back', card_number) < parameter('black_cards.given_back')
            and started_at + interval 365 day >= utc(cast(as_of() as timestamp))
            and started_at + interval 20 day < utc(cast(as_of() as timestamp))
            then started_at + interval 18 day
    end as cancelled_at,
    change_reason
from terms
where started_at < utc(cast(as_of() as timestamp));
