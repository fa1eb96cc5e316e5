-- K062: who holds the cards. Every card has two candidates, an eager buyer and anybody. The eager
-- ones get the first so many cards that the net sales of card days come to the planted multiple of
-- those of other days of members. A card has no effect of its own: it is all selection.
create table plan.card_candidates as
with eligible as (
    select
        members.person_number,
        case when members.registered_at < utc(cast(first_day() as timestamp)) - interval 366 day then 'old' else 'young' end
            as pool,
        -exponential('card heavy', members.person_number) / power(members.activity, 2) as eagerness
    from plan.members as members
    anti join plan.second_accounts as second_accounts on members.person_number = second_accounts.person_number
    where members.registered_at < utc(cast(days_later(as_of(), -272) as timestamp))
),

cards_ranked as (
    select
        *,
        row_number() over (partition by pool order by uniform('card order', card_number), card_number) as pool_rank
    from plan.cards
),

eager as (
    select
        *,
        row_number() over (partition by pool order by eagerness desc, person_number) as pool_rank
    from eligible
),

anybody as (
    select
        eager.person_number,
        eager.pool,
        row_number() over (partition by eager.pool order by uniform('card anybody', eager.person_number), eager.person_number)
            as pool_rank
    from eager
    anti join cards_ranked on eager.pool = cards_ranked.pool and eager.pool_rank = cards_ranked.pool_rank
)

select
    cards_ranked.card_number,
    row_number() over (order by uniform('card order', cards_ranked.card_number), cards_ranked.card_number) as card_rank,
    eager.person_number as eager_person,
    anybody.person_number as other_person
from cards_ranked
inner join eager using (pool, pool_rank)
inner join anybody using (pool, pool_rank);

create table plan.card_choice as
with half as (
    select utc(cast(days_later(as_of(), -181) as timestamp)) as begins, utc(cast(as_of() as timestamp)) as ends
),

windows as (
    select
        terms.card_number,
        greatest(terms.started_at, half.begins) as opens_at,
        least(coalesce(terms.cancelled_at, terms.expires_at), half.ends) as shuts_at
    from plan.card_terms as terms
    cross join half
    where terms.started_at < half.ends and coalesce(terms.cancelled_at, terms.expires_at) > half.begins
),

-- What each candidate would have bought in the card's days.
worth as (
    select
        candidates.card_number,
        coalesce(sum(orders.amount - orders.refunded) filter (where candidates.is_eager), 0) as eager_sales,
        coalesce(sum(orders.amount - orders.refunded) filter (where not candidates.is_eager), 0) as other_sales
    from (
        select
            card_number,
            eager_person as person_number,
            true as is_eager
        from plan.card_candidates
        union all
        select
            card_number,
            other_person,
            false
        from plan.card_candidates
    ) as candidates
    inner join plan.order_values as orders using (person_number)
    inner join windows
        on
            candidates.card_number = windows.card_number
            and orders.paid_at >= windows.opens_at
            and orders.paid_at < windows.shuts_at
    group by candidates.card_number
),

totals as (
    select
        (
            select cast(sum(orders.amount - orders.refunded) as double)
            from plan.order_values as orders
            where orders.paid_at >= half.begins
        ) as sales,
        (
            select sum(date_diff('second', greatest(members.registered_at, half.begins), half.ends))
            from plan.members as members
        ) as member_seconds,
        (
            select sum(date_diff('second', windows.opens_at, windows.shuts_at)) from windows
        ) as card_seconds
    from half
),

running as (
    select
        candidates.card_rank,
        sum(coalesce(worth.eager_sales, 0)) over (order by candidates.card_rank)
        + sum(coalesce(worth.other_sales, 0)) over ()
        - sum(coalesce(worth.other_sales, 0)) over (order by candidates.card_rank) as sales_of_cards
    from plan.card_candidates as candidates
    left join worth using (card_number)
)

select running.card_rank as eager_cards
from running
cross join totals
order by
    abs(
        running.sales_of_cards
        - totals.sales * parameter('black_cards.arpu_ratio') * totals.card_seconds
        / (totals.member_seconds - totals.card_seconds + parameter('black_cards.arpu_ratio') * totals.card_seconds)
    ),
    running.card_rank
limit 1;

create table plan.card_holders as
select
    candidates.card_number,
    case when candidates.card_rank <= choice.eager_cards then candidates.eager_person else candidates.other_person end
        as person_number
from plan.card_candidates as candidates
cross join plan.card_choice as choice;

create table plan.black_card_terms as
select
    'MB' || lpad(cast(terms.card_number as varchar), 7, '0') || '-' || terms.term as membership_id,
    holders.person_number,
    members.user_id,
    terms.term,
    cards.is_auto_renew,
    terms.started_at,
    terms.expires_at,
    terms.cancelled_at,
    terms.change_reason,
    case
        when terms.change_reason = 'renewal'
            then 'MB' || lpad(cast(terms.card_number as varchar), 7, '0') || '-' || (terms.term - 1)
    end as renewed_from_id
from plan.card_terms as terms
inner join plan.cards as cards using (card_number)
inner join plan.card_holders as holders using (card_number)
inner join plan.members as members using (person_number);

create table truth.black_card_effect as
select
    'net sales of a member' as measure,
    0.0 as true_effect,
    'people who buy more hold more cards; a card changes nothing' as explanation;
