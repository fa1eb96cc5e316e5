-- noqa: LT05 stands where a line is short here and long once dbt has put its macro into it.
-- Grain: day, from the first of January of the first order's year to the end of the year in which
-- the data ends. Empty while there is no order.
with

bounds as (
    select
        cast(date_trunc('year', min(business_date)) as date) as first_date,
        cast({{ dbt.dateadd('year', 1, "date_trunc('year', max(business_date))") }} as date)
            as end_date
    from (
        select business_date from {{ ref('int_orders_converted') }}
        union all
        select as_of as business_date from {{ ref('int_as_of') }}
    ) as days_seen
),

-- 16,384 days are 44 years.
numbers as (
    {{ dbt.generate_series(16384) }}
),

days as (
    select
        cast({{ dbt.dateadd('day', 'numbers.generated_number - 1', 'bounds.first_date') }} as date)
            as business_date
    from bounds
    cross join numbers
    where
        cast({{ dbt.dateadd('day', 'numbers.generated_number - 1', 'bounds.first_date') }} as date)
        < bounds.end_date
),

-- The eight weeks around a Spring Festival (春节) move with it from year to year.
festivals as (
    select
        new_year_date,
        lag(new_year_date) over (order by lunar_year) as previous_new_year_date,
        cast({{ dbt.dateadd('day', -28, 'new_year_date') }} as date) as window_start,
        cast({{ dbt.dateadd('day', 28, 'new_year_date') }} as date) as window_end
    from {{ ref('lunar_new_years') }}
),

related as (
    select
        days.business_date,
        festivals.previous_new_year_date,
        cast(
            {{ dbt.datediff('festivals.new_year_date', 'days.business_date', 'day') }} as integer  -- noqa: LT05
        ) as spring_festival_offset,
        date_trunc('week', days.business_date) as week_start_date,
        cast({{ dbt.dateadd('year', -1, 'days.business_date') }} as date) as comparison_date,
        days.business_date < int_as_of.as_of as is_covered
    from days
    cross join {{ ref('int_as_of') }} as int_as_of
    left join festivals
        on
            days.business_date >= festivals.window_start
            and days.business_date < festivals.window_end
),

final as (
    select
        business_date,
        cast(week_start_date as date) as week_start_date,
        cast(date_trunc('month', business_date) as date) as month_start_date,
        cast(date_trunc('quarter', business_date) as date) as quarter_start_date,
        cast(year(business_date) as integer) as year_number,
        concat(year(business_date), 'Q', quarter(business_date)) as quarter_label,
        concat(
            year(business_date),
            case when quarter(business_date) <= 2 then 'H1' else 'H2' end
        ) as half_label,
        cast({{ dbt.datediff('week_start_date', 'business_date', 'day') }} + 1 as integer)  -- noqa: LT05
            as iso_weekday,
        comparison_date,
        cast(coalesce(
            {{ dbt.dateadd('day', 'spring_festival_offset', 'previous_new_year_date') }},
            comparison_date
        ) as date) as lunar_comparison_date,
        spring_festival_offset,
        is_covered
    from related
)

select * from final
