-- Grain: promotion x local day from eight weeks before it to eight weeks after, as far as the data
-- reaches. What was paid in its scope, whose day it is, and whether no promotion touches it.
-- A day belongs to one promotion of a scope: a running one before one that is over, a big one before
-- a small one, then the one that began last. So effects of promotions add up.
-- noqa: LT05 stands where a line is short here and long once dbt has put its macro into it.
with

promotions as (
    select
        promotions.promo_id,
        promotions.scope_type,
        promotions.sku_id,
        case
            when promotions.scope_type = 'sku' then skus.category_id else promotions.category_id
        end as category_id,
        case promotions.size when 'big' then 1 when 'regular' then 2 else 3 end as size_rank,
        case when promotions.size = 'everyday' then 0 else {{ var('promotion_after_days') }} end
            as after_days,
        {{ business_date('promotions.starts_at') }} as start_date,
        cast({{ dbt.dateadd(
            'day', 1, business_date(dbt.dateadd('second', -1, 'promotions.ends_at'))
        ) }} as date) as end_date
    from {{ ref('int_promo_calendar') }} as promotions
    left join {{ ref('int_skus') }} as skus on promotions.sku_id = skus.sku_id
),

bounds as (
    select
        min(orders.business_date) as first_date,
        max(as_of.as_of) as as_of
    from {{ ref('int_as_of') }} as as_of
    left join {{ ref('int_orders_converted') }} as orders on true
),

-- A promotion may run for two years.
numbers as (
    {{ dbt.generate_series(1024) }}
),

days as (
    select
        promotions.*,
        cast({{ dbt.dateadd(
            'day',
            'numbers.generated_number - 1 - ' ~ var('promotion_baseline_days'),
            'promotions.start_date'
        ) }} as date) as business_date
    from promotions
    cross join numbers
),

phased as (
    select
        days.*,
        case
            when days.business_date < days.start_date then 'before'
            when days.business_date < days.end_date then 'during'
            when {{ dbt.datediff('days.end_date', 'days.business_date', 'day') }} < days.after_days  -- noqa: LT05
                then 'after'
            else 'later'
        end as phase
    from days
    cross join bounds
    where
        days.business_date >= bounds.first_date
        and days.business_date < bounds.as_of
        and {{ dbt.datediff('days.end_date', 'days.business_date', 'day') }}  -- noqa: LT05
        < {{ var('promotion_baseline_days') }}
),

-- The promotions that touch a day, the foremost with the smallest rank.
touching as (
    select
        promo_id,
        scope_type,
        category_id,
        sku_id,
        business_date,
        row_number() over (
            partition by business_date
            order by case phase when 'during' then 1 else 2 end, size_rank, start_date desc, promo_id
        ) as day_rank
    from phased
    where phase in ('during', 'after')
),

met as (
    select
        phased.promo_id,
        phased.business_date,
        min(touching.day_rank) as foremost_rank,
        min(case when phased.promo_id = touching.promo_id then touching.day_rank end) as own_rank
    from phased
    inner join touching
        on
            phased.business_date = touching.business_date
            and (
                phased.scope_type = 'shop'
                or touching.scope_type = 'shop'
                or (
                    phased.category_id = touching.category_id
                    and coalesce(phased.sku_id, touching.sku_id, '')
                    = coalesce(touching.sku_id, phased.sku_id, '')
                )
            )
    group by phased.promo_id, phased.business_date
),

lines as (
    select
        paid_date,
        category_id,
        sku_id,
        sum(gmv_paid_amount) as gmv_paid_amount
    from {{ ref('int_order_lines_allocated') }}
    where is_paid
    group by paid_date, category_id, sku_id
),

sold as (
    select
        'shop' as scope_type,
        'all' as scope_id,
        paid_date,
        sum(gmv_paid_amount) as gmv_paid_amount
    from lines
    group by paid_date
    union all
    select
        'category' as scope_type,
        category_id as scope_id,
        paid_date,
        sum(gmv_paid_amount) as gmv_paid_amount
    from lines
    group by category_id, paid_date
    union all
    select
        'sku' as scope_type,
        sku_id as scope_id,
        paid_date,
        sum(gmv_paid_amount) as gmv_paid_amount
    from lines
    group by sku_id, paid_date
),

final as (
    select
        phased.promo_id,
        phased.business_date,
        phased.start_date,
        phased.end_date,
        phased.after_days,
        phased.phase,
        cast({{ dbt.datediff(
            dbt.date_trunc('week', 'phased.business_date'), 'phased.business_date', 'day'
        ) }} + 1 as integer) as iso_weekday,
        met.promo_id is null as is_clean,
        coalesce(met.own_rank = met.foremost_rank, false) as is_own,
        cast(coalesce(sold.gmv_paid_amount, 0) as decimal(18, 2)) as gmv_paid_amount
    from phased
    left join met
        on phased.promo_id = met.promo_id and phased.business_date = met.business_date
    left join sold
        on
            phased.business_date = sold.paid_date
            and phased.scope_type = sold.scope_type
            and case phased.scope_type
                when 'category' then phased.category_id
                when 'sku' then phased.sku_id
                else 'all'
            end = sold.scope_id
)

select * from final
