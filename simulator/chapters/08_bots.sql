-- Bots: visitors at a machine's pace, some with very many visits, some with one. Most say so in their
-- user agent; a third pretend to be people, and only their pace gives them away.

create table truth.bots as
select
    'v' || substr(md5('bot' || bot_number), 1, 16) as visitor_id,
    bot_number,
    uniform('disguise', bot_number) < 0.33 as is_disguised
from range(cast(ceil(2000 * scale()) as bigint)) as numbers (bot_number);

create table plan.bot_sessions as
with wanted as (
    select
        bots.visitor_id,
        bots.bot_number,
        bots.is_disguised,
        session_number,
        bots.bot_number * 1000000 + session_number as session_key
    from truth.bots as bots
    cross join lateral (
        select unnest(range(cast(ceil(
            exponential('bot visits', bots.bot_number)
            * parameter('dirt.bots') * parameter('size.sessions') * scale()
            / (select count(*) from truth.bots)
        ) as bigint))) as session_number
    ) as numbers
)

select
    visitor_id,
    session_key,
    is_disguised,
    days.day,
    cast(days.day as timestamp) + (23.9 * uniform('bot hour', session_key)) * interval 1 hour as started_local_at,
    15 + pick('bot events', session_key, 20) as event_count
from wanted
inner join plan.days as days
    on pick('bot day', wanted.session_key, (select count(*) from plan.days)) = days.day_number;
