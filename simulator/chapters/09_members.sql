-- Who holds an account, and some people two; who they are is known to truth alone. Telephone
-- numbers are a one-to-one image of the person's number, so that nobody shares one by accident.

-- Who knew the shop before its recorded history registered in the years before it.
create table plan.members as
select
    accounts.person_number,
    accounts.user_id,
    accounts.open_id,
    'n' || substr(md5('union' || accounts.person_number), 1, 20) as union_id,
    case
        when uniform('has phone', accounts.person_number) < parameter('members.phone_known')
            then '199' || lpad(cast(
                (accounts.person_number * 76543217 + pick('phone', 0, 100000000)) % 100000000 as varchar
            ), 8, '0')
    end as phone,
    persons.arrived_on = first_day() as is_old,
    case
        when persons.arrived_on = first_day()
            then accounts.registered_at
                - cast(floor(1 + 1400 * uniform('registered before', accounts.person_number)) as integer) * interval 1 day
        else accounts.registered_at
    end as registered_at,
    persons.first_terminal,
    persons.region_id,
    persons.activity,
    persons.price_sensitivity
from plan.accounts as accounts
inner join plan.persons as persons using (person_number);

-- A second account lives on the person's second device, unless a household shares that device.
-- It is betrayed by the same telephone number or by the same union id.
create table plan.second_accounts as
with owners as (
    select
        members.*,
        devices.visitor_id,
        devices.terminal,
        row_number() over (order by uniform('second account', members.person_number), members.person_number)
            as owner_rank
    from plan.members as members
    inner join plan.devices as devices
        on members.person_number = devices.person_number and devices.device_number = 2
    where
        members.phone is not null
        and uniform('shared', members.person_number // 2) >= parameter('people.shared_device') * 2
)

select
    person_number,
    'u' || substr(md5('second account' || person_number), 1, 12) as user_id,
    visitor_id,
    terminal,
    open_id,
    union_id,
    case when uniform('betrayed by', person_number) < 0.5 then 'phone' else 'union_id' end as betrayed_by,
    phone as first_phone,
    region_id,
    case
        when uniform('betrayed by', person_number) < 0.5 then phone
        else '198' || substr(phone, 4)
    end as phone,
    greatest(registered_at, utc(cast(first_day() as timestamp)))
    + uniform('second registration', person_number) * 0.9 * (
        epoch(utc(cast(as_of() as timestamp)))
        - epoch(greatest(registered_at, utc(cast(first_day() as timestamp))))
    ) * interval 1 second as registered_at
from owners
where owner_rank <= round(parameter('members.two_accounts') * (select count(*) from plan.members));

-- Visits in which the second account is logged in: those on its device that end after it registered.
create table plan.second_visits as
select
    sessions.visit_number,
    second_accounts.user_id
from plan.sessions as sessions
inner join plan.second_accounts as second_accounts
    on
        sessions.visitor_id = second_accounts.visitor_id
        and sessions.person_number = second_accounts.person_number
        and utc(sessions.started_local_at + sessions.engaged_seconds * 0.9 * interval 1 second)
        >= second_accounts.registered_at;
