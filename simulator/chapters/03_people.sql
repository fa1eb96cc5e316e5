-- Who visits: people with devices, accounts and regions. `truth.persons` knows who they are.

create table plan.regions as
select
    region_id,
    share,
    growth,
    coalesce(sum(share) over (order by region_id rows between unbounded preceding and 1 preceding), 0)
        as share_begins
from (
    values
    ('CN-GD', 0.14, 0.1), ('CN-JS', 0.10, 0.1), ('CN-ZJ', 0.09, 0.1), ('CN-SD', 0.07, 0.0), ('CN-SH', 0.06, 0.1),
    ('CN-BJ', 0.06, 0.0), ('CN-HA', 0.06, 0.0), ('CN-HB', 0.05, 0.0), ('CN-FJ', 0.05, 0.1), ('CN-HN', 0.05, 0.0),
    ('CN-HE', 0.05, 0.0), ('CN-AH', 0.04, 0.1), ('CN-LN', 0.03, 0.0), ('CN-SN', 0.03, 0.0), ('CN-JX', 0.03, 0.1),
    ('CN-GX', 0.02, 0.1), ('CN-TJ', 0.02, 0.0), ('CN-SC', 0.015, 1.5), ('CN-CQ', 0.01, 1.5), ('CN-YN', 0.005, 1.5),
    ('CN-GZ', 0.005, 1.5), ('CN-HL', 0.005, 0.0), ('CN-JL', 0.005, 0.0), ('CN-SX', 0.005, 0.0)
) as provinces (region_id, share, growth);

create table plan.persons as
with numbered as (
    select person_number
    from range(cast(parameter('size.persons') * scale() as bigint)) as numbers (person_number)
),

-- Who knew the shop before arrives at its opening; the others day by day, as visits grow.
arrived as (
    select
        numbered.person_number,
        coalesce(day_shares.day, first_day()) as arrived_on,
        days.day_number
    from numbered
    asof left join plan.day_shares
        on
            (uniform('arrival', numbered.person_number) - parameter('people.share_known_before'))
            / (1 - parameter('people.share_known_before')) >= day_shares.share_begins
    inner join plan.days on coalesce(day_shares.day, first_day()) = days.day
)

select
    arrived.person_number,
    arrived.arrived_on,
    arrived.day_number as arrival_day_number,
    regions.region_id,
    regions.growth as region_growth,
    -- Some visit daily, most now and then: activity is log-normal.
    exp(1.1 * normal('activity', arrived.person_number)) as activity,
    uniform('registers', arrived.person_number) < parameter('people.share_registered') as is_member,
    case
        when uniform('terminal', arrived.person_number) < parameter('people.share_of_terminals.app') then 'app'
        when uniform('terminal', arrived.person_number)
            < parameter('people.share_of_terminals.app') + parameter('people.share_of_terminals.mini_program')
            then 'mini_program'
        when uniform('terminal', arrived.person_number)
            < parameter('people.share_of_terminals.app') + parameter('people.share_of_terminals.mini_program')
            + parameter('people.share_of_terminals.h5')
            then 'h5'
        else 'pc'
    end as first_terminal,
    uniform('second device', arrived.person_number) < parameter('people.second_device') as has_second_device,
    case when uniform('gender', arrived.person_number) < 0.62 then 'female' else 'male' end as gender,
    ['18-24', '25-34', '35-44', '45-54', '55+'][1 + pick('age', arrived.person_number, 5)] as age_band,
    -- Price sensitivity, 0 to 1: who buys on promotion.
    uniform('sensitivity', arrived.person_number) as price_sensitivity
from arrived
asof inner join plan.regions on uniform('region', arrived.person_number) >= regions.share_begins;

-- Devices: a person's own, and a few that a household shares.
create table plan.devices as
select
    person_number,
    device_number,
    'v' || substr(md5('device' || case
        when device_number = 2 and uniform('shared', person_number // 2) < parameter('people.shared_device') * 2
            then 'h' || (person_number // 2)
        else person_number || '-' || device_number
    end), 1, 16) as visitor_id,
    case
        when device_number = 1 then first_terminal
        when first_terminal in ('app', 'mini_program') then ['pc', 'h5'][1 + pick('second', person_number, 2)]
        else 'app'
    end as terminal
from plan.persons
cross join (values (1), (2)) as device_numbers (device_number)
where device_number = 1 or has_second_device;

create table plan.accounts as
select
    person_number,
    'u' || lpad(cast(person_number as varchar), 8, '0') as user_id,
    'o' || substr(md5('open' || person_number), 1, 20) as open_id,
    substr(sha256('phone' || person_number), 1, 32) as phone_hash,
    arrived_on as registered_on,
    utc(cast(arrived_on as timestamp) + (2 + 20 * uniform('registered at', person_number)) * interval 1 hour)
        as registered_at
from plan.persons
where is_member;

create table shop.users as
select
    accounts.user_id,
    accounts.registered_at,
    ['organic', 'ad', 'invite', 'kol', 'store'][1 + pick('register channel', persons.person_number, 5)]
        as register_channel,
    persons.gender,
    persons.age_band,
    persons.region_id
from plan.accounts
inner join plan.persons using (person_number);

create table truth.persons as
select
    persons.person_number,
    accounts.user_id,
    persons.region_id,
    persons.arrived_on,
    persons.price_sensitivity
from plan.persons
left join plan.accounts using (person_number);
