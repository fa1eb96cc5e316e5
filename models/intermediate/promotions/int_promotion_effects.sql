-- Grain: promotion that has begun. What its own days and the days after it sold, against a
-- baseline: the mean of the same weekdays among the clean days around. Errors are those of a
-- prediction from weekday means with one variance. It is a comparison with ordinary days, not an
-- experiment: weather, stock and a steep trend go on its account.
with

days as (
    select
        *,
        cast(gmv_paid_amount as double) as amount
    from {{ ref('int_promotion_days') }}
),

weekdays as (
    select
        promo_id,
        iso_weekday,
        count(*) as clean_day_count,
        avg(amount) as mean_amount,
        sum(amount * amount) - sum(amount) * sum(amount) / count(*) as squares
    from days
    where is_clean
    group by promo_id, iso_weekday
),

clean as (
    select
        promo_id,
        sum(clean_day_count) as clean_day_count,
        count(*) as weekday_count,
        greatest(sum(squares), 0) / nullif(sum(clean_day_count) - count(*), 0) as day_variance
    from weekdays
    group by promo_id
),

-- Days of one weekday share its mean, and so the error of it.
predicted as (
    select
        days.promo_id,
        days.iso_weekday,
        sum(case when days.phase = 'during' then 1 else 0 end) as during_count,
        sum(case when days.phase = 'after' then 1 else 0 end) as after_count,
        sum(case when days.phase = 'during' then days.gmv_paid_amount else 0 end) as during_amount,
        sum(case when days.phase = 'after' then days.gmv_paid_amount else 0 end) as after_amount
    from days
    where days.is_own
    group by days.promo_id, days.iso_weekday
),

expected as (
    select
        predicted.promo_id,
        sum(predicted.during_count) as measured_day_count,
        sum(predicted.after_count) as after_day_count,
        sum(predicted.during_amount) as measured_amount,
        sum(predicted.after_amount) as after_amount,
        -- Rounded, for the last digits of a sum of fractions depend on their order.
        round(sum(predicted.during_count * weekdays.mean_amount), 6) as baseline,
        round(sum(predicted.after_count * weekdays.mean_amount), 6) as after_baseline,
        sum(predicted.during_count) + sum(
            predicted.during_count * predicted.during_count / nullif(weekdays.clean_day_count, 0)
        ) as uplift_variance_share,
        sum(predicted.during_count + predicted.after_count) + sum(
            power(predicted.during_count + predicted.after_count, 2)
            / nullif(weekdays.clean_day_count, 0)
        ) as effect_variance_share,
        count(*) - count(weekdays.mean_amount) as unknown_weekday_count
    from predicted
    left join weekdays
        on
            predicted.promo_id = weekdays.promo_id
            and predicted.iso_weekday = weekdays.iso_weekday
    group by predicted.promo_id
),

begun as (
    select
        promo_id,
        start_date,
        end_date,
        max(after_days) as after_days,
        sum(case when phase = 'during' then 1 else 0 end) as day_count,
        sum(case when phase = 'during' then gmv_paid_amount else 0 end) as gmv_paid_amount,
        max(business_date) as last_date
    from days
    group by promo_id, start_date, end_date
    having sum(case when phase = 'during' then 1 else 0 end) > 0
),

final as (
    select
        begun.promo_id,
        begun.start_date,
        begun.end_date,
        begun.last_date >= cast(
            {{ dbt.dateadd('day', 'begun.after_days - 1', 'begun.end_date') }} as date
        ) as is_over,
        begun.day_count,
        coalesce(expected.measured_day_count, 0) as measured_day_count,
        coalesce(expected.after_day_count, 0) as after_day_count,
        coalesce(clean.clean_day_count, 0) as clean_day_count,
        begun.gmv_paid_amount,
        expected.measured_amount,
        expected.baseline,
        expected.after_amount - expected.after_baseline as pulled_forward,
        sqrt(clean.day_variance * expected.uplift_variance_share) as uplift_error,
        sqrt(clean.day_variance * expected.effect_variance_share) as effect_error,
        {{ student_t_quantile('(clean.clean_day_count - clean.weekday_count)') }} as quantile,
        case
            when coalesce(expected.measured_day_count, 0) = 0
                then 'all its days belong to other promotions'
            when coalesce(clean.clean_day_count, 0) < {{ var('promotion_clean_days') }}
                then concat(
                    'only ', coalesce(clean.clean_day_count, 0),
                    ' days around it are free of promotions'
                )
            when expected.unknown_weekday_count > 0
                then 'one of its weekdays has no ordinary day around it'
        end as missing_reason
    from begun
    left join expected on begun.promo_id = expected.promo_id
    left join clean on begun.promo_id = clean.promo_id
)

select * from final
