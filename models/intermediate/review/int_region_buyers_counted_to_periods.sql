-- Grain: period x macro-region. Buyers by the receiver's region, registrations by the member's.
with

periods as (
    select
        period,
        start_date,
        end_date
    from {{ ref('dim_periods') }}
),

regions as (
    select
        region_id,
        macro_region_id
    from {{ ref('dim_regions') }}
),

buyers as (
    select
        periods.period,
        regions.macro_region_id,
        count(distinct orders.person_id) as buyer_count
    from periods
    inner join {{ ref('fct_orders') }} as orders
        on
            periods.start_date <= orders.paid_date
            and periods.end_date > orders.paid_date
    inner join regions on orders.region_id = regions.region_id
    group by periods.period, regions.macro_region_id
),

registrations as (
    select
        regions.macro_region_id,
        {{ business_date('members.registered_at') }} as registered_date,
        count(*) as registered_count
    from {{ ref('dim_members') }} as members
    inner join regions on members.region_id = regions.region_id
    where members.registered_at is not null
    group by regions.macro_region_id, {{ business_date('members.registered_at') }}
),

registered as (
    select
        periods.period,
        registrations.macro_region_id,
        sum(registrations.registered_count) as registered_count
    from periods
    inner join registrations on periods.end_date > registrations.registered_date
    group by periods.period, registrations.macro_region_id
),

macro_regions as (
    select distinct macro_region_id from regions
),

final as (
    select
        periods.period,
        macro_regions.macro_region_id,
        coalesce(buyers.buyer_count, 0) as buyer_count,
        coalesce(registered.registered_count, 0) as registered_count
    from periods
    cross join macro_regions
    left join buyers
        on
            periods.period = buyers.period
            and macro_regions.macro_region_id = buyers.macro_region_id
    left join registered
        on
            periods.period = registered.period
            and macro_regions.macro_region_id = registered.macro_region_id
)

select * from final
