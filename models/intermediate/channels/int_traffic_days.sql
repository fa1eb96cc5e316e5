-- Grain: measure x local day from the first visit on: sessions or persons of the day, and what
-- makes the day special. A day belongs to one promotion of the whole shop: a big one before a
-- small one, then the one that began last. An ordinary day has no promotion and no public holiday.
with

visits as (
    select
        sessions.session_id,
        sessions.business_date,
        owners.person_id
    from {{ ref('int_sessions') }} as sessions
    inner join {{ ref('int_session_owners') }} as owners
        on sessions.session_id = owners.session_id
    where not sessions.is_bot
),

daily as (
    select
        'sessions' as measure,
        business_date,
        count(*) as observed_count
    from visits
    group by business_date
    union all
    select
        'persons' as measure,
        business_date,
        count(distinct person_id) as observed_count
    from visits
    group by business_date
),

bounds as (
    select
        daily.measure,
        as_of.as_of,
        min(daily.business_date) as first_date
    from daily
    cross join {{ ref('int_as_of') }} as as_of
    group by daily.measure, as_of.as_of
),

-- 16,384 days are 44 years.
numbers as (
    {{ dbt.generate_series(16384) }}
),

days as (
    select
        bounds.measure,
        cast({{ dbt.dateadd('day', 'numbers.generated_number - 1', 'bounds.first_date') }} as date)
            as business_date
    from bounds
    cross join numbers
    where
        {{ dbt.dateadd('day', 'numbers.generated_number - 1', 'bounds.first_date') }}
        < bounds.as_of
),

promotions as (
    select
        promo_id,
        size as promo_size,
        case size when 'big' then 1 when 'regular' then 2 else 3 end as size_rank,
        {{ business_date('starts_at') }} as start_date,
        {{ business_date(dbt.dateadd('second', -1, 'ends_at')) }} as last_date
    from {{ ref('int_promo_calendar') }}
    where scope_type = 'shop'
),

promoted as (
    select
        days.measure,
        days.business_date,
        promotions.promo_id,
        promotions.promo_size,
        row_number() over (
            partition by days.measure, days.business_date
            order by
                promotions.size_rank asc, promotions.start_date desc, promotions.promo_id asc
        ) as promo_rank
    from days
    inner join promotions
        on
            days.business_date >= promotions.start_date
            and days.business_date <= promotions.last_date
),

final as (
    select
        days.measure,
        days.business_date,
        cast({{ dbt.datediff(
            dbt.date_trunc('week', 'days.business_date'), 'days.business_date', 'day'
        ) }} + 1 as integer) as iso_weekday,
        promoted.promo_id,
        promoted.promo_size,
        holidays.holiday_id,
        promoted.promo_id is null and holidays.holiday_id is null as is_ordinary,
        coalesce(daily.observed_count, 0) as observed_count
    from days
    left join daily
        on days.measure = daily.measure and days.business_date = daily.business_date
    left join promoted
        on
            days.measure = promoted.measure
            and days.business_date = promoted.business_date
            and promoted.promo_rank = 1
    left join {{ ref('public_holidays') }} as holidays
        on
            days.business_date >= holidays.start_date
            and days.business_date < holidays.end_date
)

select * from final
