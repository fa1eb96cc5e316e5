-- What showed the shop that identifiers belong together, in whatever order it was seen; and the
-- truth behind each identifier.

-- Somebody's first sight on each device.
create table plan.first_sights as
select
    sessions.person_number,
    sessions.visitor_id,
    sessions.terminal,
    min(sessions.started_local_at) as seen_local_at,
    row_number() over (order by sessions.person_number, sessions.visitor_id) as sight_number
from plan.sessions as sessions
group by sessions.person_number, sessions.visitor_id, sessions.terminal;

create table plan.sightings as
with registrations as (
    -- The old register was imported when the history began.
    select
        user_id,
        cast(null as varchar) as visitor_id,
        cast(null as varchar) as device_id,
        cast(null as varchar) as open_id,
        case when phone is null then union_id end as union_id,
        phone,
        case when is_old then 'import' else 'registration' end as link_source,
        case
            when is_old
                then utc(cast(first_day() as timestamp)) + uniform('imported', person_number) * interval 3 hour
            else registered_at
        end as linked_at,
        cast(null as timestamp) as unlinked_at
    from plan.members
),

logins as (
    select
        coalesce(second_accounts.user_id, members.user_id) as user_id,
        sights.visitor_id,
        case when sights.terminal = 'app' then 'd' || substr(md5('hardware' || sights.visitor_id), 1, 16) end as device_id,
        cast(null as varchar) as open_id,
        cast(null as varchar) as union_id,
        cast(null as varchar) as phone,
        'login' as link_source,
        greatest(utc(sights.seen_local_at), coalesce(second_accounts.registered_at, members.registered_at))
        + repetition * (3 + 20 * uniform('seen again', sights.sight_number)) * interval 1 day as linked_at,
        cast(null as timestamp) as unlinked_at
    from plan.first_sights as sights
    inner join plan.members as members using (person_number)
    left join plan.second_accounts as second_accounts
        on sights.person_number = second_accounts.person_number and sights.visitor_id = second_accounts.visitor_id
    cross join (values (0), (1)) as repetitions (repetition)
    where repetition = 0 or uniform('repeats', sights.sight_number) < 0.15
),

-- A mini-program knows its visitor without an account; the account follows with most of them.
authorisations as (
    select
        case when uniform('authorised with account', sights.sight_number) < 0.7 then members.user_id end as user_id,
        sights.visitor_id,
        cast(null as varchar) as device_id,
        'o' || substr(md5('open' || sights.person_number), 1, 20) as open_id,
        'n' || substr(md5('union' || sights.person_number), 1, 20) as union_id,
        cast(null as varchar) as phone,
        'mini_program_auth' as link_source,
        utc(sights.seen_local_at) + interval 20 second as linked_at,
        cast(null as timestamp) as unlinked_at
    from plan.first_sights as sights
    left join plan.members as members using (person_number)
    where
        sights.terminal = 'mini_program'
        and uniform('shared', sights.person_number // 2) >= parameter('people.shared_device') * 2
),

payers as (
    select
        members.user_id,
        cast(null as varchar) as visitor_id,
        cast(null as varchar) as device_id,
        members.open_id,
        cast(null as varchar) as union_id,
        members.phone,
        'payment' as link_source,
        min(payments.succeeded_at) as linked_at,
        cast(null as timestamp) as unlinked_at
    from shop.payments as payments
    inner join plan.members as members using (user_id)
    where payments.succeeded_at < utc(cast(as_of() as timestamp))
    group by members.user_id, members.open_id, members.phone
),

-- Second accounts: their registration, and later what gives them away, in either order.
second_registrations as (
    select
        user_id,
        visitor_id,
        cast(null as varchar) as device_id,
        cast(null as varchar) as open_id,
        cast(null as varchar) as union_id,
        phone,
        'registration' as link_source,
        registered_at as linked_at,
        cast(null as timestamp) as unlinked_at
    from plan.second_accounts
),

betrayals as (
    select
        unnest([second_accounts.user_id, members.user_id]) as user_id,
        cast(null as varchar) as visitor_id,
        cast(null as varchar) as device_id,
        cast(null as varchar) as open_id,
        case when second_accounts.betrayed_by = 'union_id' then members.union_id end as union_id,
        case when second_accounts.betrayed_by = 'phone' then members.phone end as phone,
        unnest(['merge_request', 'wecom']) as link_source,
        second_accounts.registered_at + unnest([
            uniform('merge asked', members.person_number), uniform('added on wecom', members.person_number)
        ]) * 0.9 * (
            epoch(utc(cast(as_of() as timestamp))) - epoch(second_accounts.registered_at)
        ) * interval 1 second as linked_at,
        cast(null as timestamp) as unlinked_at
    from plan.second_accounts as second_accounts
    inner join plan.members as members using (person_number)
),

-- Mistakes that were found and taken back: somebody else's number.
mistakes as (
    select
        members.user_id,
        cast(null as varchar) as visitor_id,
        cast(null as varchar) as device_id,
        cast(null as varchar) as open_id,
        cast(null as varchar) as union_id,
        others.phone,
        'receiver' as link_source,
        utc(cast(first_day() as timestamp))
        + (as_of() - first_day()) * 0.9 * uniform('mistaken', members.person_number) * interval 1 day as linked_at,
        utc(cast(first_day() as timestamp))
        + (as_of() - first_day()) * (0.9 * uniform('mistaken', members.person_number) + 0.05) * interval 1 day
            as unlinked_at
    from plan.members as members
    inner join (
        select
            phone,
            lag(person_number) over (order by person_number) as person_number
        from plan.members
        where phone is not null
    ) as others using (person_number)
    where uniform('mistake', members.person_number) < parameter('members.mistaken_links')
),

-- Traps: a tablet in a store and the telephone of a call centre, each with very many accounts of
-- different people.
trapped as (
    select
        user_id,
        (trap_rank - 1) // cast(parameter('members.accounts_in_a_trap') as bigint) as trap_number,
        trap_rank
    from (
        select
            user_id,
            row_number() over (order by uniform('trapped', person_number), person_number) as trap_rank
        from plan.members
        where is_old
    ) as ranked
    where trap_rank <= parameter('members.accounts_in_a_trap') * 2 * ceil(scale())
),

traps as (
    select
        user_id,
        case when trap_number % 2 = 0 then 'v' || substr(md5('store tablet' || trap_number), 1, 16) end as visitor_id,
        case when trap_number % 2 = 0 then 'd' || substr(md5('store tablet' || trap_number), 1, 16) end as device_id,
        cast(null as varchar) as open_id,
        cast(null as varchar) as union_id,
        case when trap_number % 2 = 1 then '400' || lpad(cast(trap_number as varchar), 7, '0') end as phone,
        case when trap_number % 2 = 0 then 'login' else 'receiver' end as link_source,
        utc(cast(first_day() as timestamp)) + (as_of() - first_day()) * uniform('trap', trap_rank) * interval 1 day as linked_at,
        cast(null as timestamp) as unlinked_at
    from trapped
)

select * from registrations
union all
select * from logins
union all
select * from authorisations
union all
select * from payers
union all
select * from second_registrations
union all
select * from betrayals
union all
select * from mistakes
union all
select * from traps;

create table shop.identities as
select
    'I' || lpad(cast(row_number() over (
        order by linked_at, link_source, user_id nulls last, visitor_id nulls last, open_id nulls last,
            union_id nulls last, phone nulls last
    ) as varchar), 9, '0') as identity_id,
    user_id,
    visitor_id,
    device_id,
    open_id,
    union_id,
    phone,
    link_source,
    linked_at,
    unlinked_at
from plan.sightings
where
    linked_at < utc(cast(as_of() as timestamp))
    and (user_id is not null)::int + (visitor_id is not null)::int + (device_id is not null)::int
    + (open_id is not null)::int + (union_id is not null)::int + (phone is not null)::int >= 2;

-- Whose each identifier is. What a household shares has two owners; what is nobody's is not here.
create table truth.identities as
select distinct
    id_type,
    id_value,
    person_number
from (
    select 'user_id' as id_type, user_id as id_value, person_number from plan.members
    union all
    select 'user_id', user_id, person_number from plan.second_accounts
    union all
    select 'phone', phone, person_number from plan.members where phone is not null
    union all
    select 'phone', phone, person_number from plan.second_accounts
    union all
    select 'union_id', 'n' || substr(md5('union' || person_number), 1, 20), person_number from plan.persons
    union all
    select 'open_id', 'o' || substr(md5('open' || person_number), 1, 20), person_number from plan.persons
    union all
    select 'visitor_id', visitor_id, person_number from plan.first_sights
    union all
    select 'device_id', 'd' || substr(md5('hardware' || visitor_id), 1, 16), person_number
    from plan.first_sights
    where terminal = 'app'
) as owned
order by id_type, id_value, person_number;

drop table plan.sightings;
