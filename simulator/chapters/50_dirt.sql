-- What goes wrong on the way to the warehouse, other than row by row.

-- Clocks of devices that are wrong: by some minutes, or by the hour of a time change.
create table truth.clock_skews as
select
    visitor_id,
    cast(
        case when uniform('clock ahead', device_key) < 0.5 then 1 else -1 end * case
            when uniform('time change', device_key) < 0.3 then 3600
            else 60 + floor(1140 * uniform('clock wrong', device_key))
        end as bigint
    ) as skew_seconds
from (
    select
        visitor_id,
        min(person_number * 2 + device_number) as device_key
    from plan.devices
    group by visitor_id
) as devices
where uniform('clock skew', device_key) < parameter('dirt.clock_skew');

-- Files that arrive a month late: each the first, mostly the only one, of its month.
create table truth.late_files as
with months as (
    select
        date_trunc('month', day) as month_start,
        row_number() over (
            order by uniform('late file', year(day) * 12 + month(day)), date_trunc('month', day)
        ) as place
    from plan.days
    where day(day) = 1 and day < days_later(as_of(), -61)
)

select
    'page_perf' as table_name,
    'page_perf-' || parts.part_name || '.parquet' as source_file,
    30 as days_late
from months
inner join plan.parts as parts on months.month_start = parts.begins
where place <= parameter('dirt.late_files');

-- Stock snapshots that never arrive. Ends of months always do.
create table truth.missing_snapshots as
with inner_days as (
    select
        day,
        row_number() over (order by uniform('missing snapshot', day_number), day_number) as place
    from plan.days
    where
        day >= days_later(first_day(), 30) and day < days_later(as_of(), -30)
        and month(days_later(day, 1)) = month(day)
)

select
    'inventory_daily' as table_name,
    day as snapshot_date
from inner_days
where place <= parameter('dirt.missing_snapshots');

delete from shop.inventory_daily
where snapshot_date in (select snapshot_date from truth.missing_snapshots);

-- Columns that files do not have before their month.
create table truth.added_columns as
select
    'events' as table_name,
    'sdk_version' as column_name,
    cast(date_trunc('month', days_later(as_of(), -parameter('dirt.sdk_version_since'))) as date) as since_month;
