-- Visits: who comes when, from where, and how far they get. Events follow month by month.

-- A person's visits are as many as the person is active and long known, at least none.
create table plan.visit_counts as
with weighted as (
    select
        person_number,
        1 - coalesce(day_shares.share_begins, 0) as share_left,
        activity * case when is_member then 3 else 1 end * (1 - coalesce(day_shares.share_begins, 0))
        * (1 + persons.region_growth * (1 - coalesce(day_shares.share_begins, 0))) as weight
    from plan.persons as persons
    inner join plan.day_shares on persons.arrived_on = day_shares.day
)

select
    person_number,
    share_left,
    cast(floor(
        weight / sum(weight) over () * parameter('size.sessions') * scale() * 1.035
        + uniform('visits', person_number)
    ) as bigint) as visit_count
from weighted;

-- One visit a day and device at most, and none in the small hours, so that no two visits of a
-- device run into one.
create table plan.visits as
with visits as (
    select
        visit_counts.person_number,
        visit_counts.person_number * 100000 + visit_number as visit_key,
        1 - visit_counts.share_left * (1 - uniform('visit day', visit_counts.person_number * 100000 + visit_number))
            as day_position
    from plan.visit_counts as visit_counts
    cross join lateral (select unnest(range(visit_counts.visit_count)) as visit_number) as numbers
),

dated as (
    select
        visits.person_number,
        visits.visit_key,
        day_shares.day,
        case
            when persons.has_second_device and uniform('device', visits.visit_key) < 0.3 then 2
            else 1
        end as device_number
    from visits
    asof inner join plan.day_shares on visits.day_position >= day_shares.share_begins
    inner join plan.persons as persons on visits.person_number = persons.person_number
    where true
    qualify row_number() over (
        partition by visits.person_number, day_shares.day, device_number
        order by visits.visit_key
    ) = 1
)

select
    row_number() over (order by dated.day, dated.visit_key) - 1 as visit_number,
    dated.person_number,
    dated.day,
    devices.visitor_id,
    devices.terminal,
    case when dated.day < days_later(as_of(), -365) then 'past' else 'recent' end as year_part,
    -- Mornings, lunch and above all evenings.
    cast(dated.day as timestamp)
    -- and none so late that it would cross into the day after the last.
    + (1.25 + case when dated.day = days_later(as_of(), -1) then 22.0 else 22.7 end
        * (1 - power(uniform('hour', dated.visit_key), 1.6))) * interval 1 hour as started_local_at
from dated
inner join plan.devices
    on dated.person_number = devices.person_number and dated.device_number = devices.device_number;
