-- Grain: series x segment. The day at which two means, one before and one from it on, fit the
-- series best by least squares, and how much better than one mean. Sources do not tell when
-- something was changed, so the day is found from what changed with it.
with

known as (
    select {{ to_utc('cast(as_of as timestamp)', var('business_tz')) }} as known_until_at
    from {{ ref('int_as_of') }}
),

abandoned as (
    select
        first_session_id as session_id,
        count(*) as cart_count
    from {{ ref('fct_cart_episodes') }}
    where is_abandoned and is_mature
    group by first_session_id
),

-- Carts per session, not the share of carts: a promotion brings buyers, which moves the share.
-- Waits month by month, for a few a day do not tell a day, and as logarithms, for they are skewed.
observed as (
    select
        'abandoned_carts' as series_id,
        'all' as segment,
        sessions.business_date as observed_date,
        cast(coalesce(abandoned.cart_count, 0) as decimal(18, 6)) as observation
    from {{ ref('fct_sessions') }} as sessions
    cross join known
    left join abandoned on sessions.session_id = abandoned.session_id
    where
        not sessions.is_bot
        and {{ dbt.dateadd('hour', var('cart_payment_hours'), 'sessions.started_at') }}
        <= known.known_until_at
    union all
    select
        'first_response' as series_id,
        contact_channel as segment,
        cast({{ dbt.date_trunc('month', 'business_date') }} as date) as observed_date,
        {{ to_decimal('ln(greatest(cast(wait_seconds as double), 1))', 6) }} as observation
    from {{ ref('fct_service_conversations') }}
    where is_service_hours and first_replied_by = 'human' and wait_seconds is not null
),

daily as (
    select
        series_id,
        segment,
        observed_date,
        count(*) as observation_count,
        sum(observation) as observation_sum,
        sum(observation * observation) as square_sum
    from observed
    group by series_id, segment, observed_date
),

-- What lies before each day, and all there is.
cumulated as (
    select
        series_id,
        segment,
        observed_date,
        coalesce(sum(observation_count) over before_it, 0) as before_count,
        cast(coalesce(sum(observation_sum) over before_it, 0) as double) as before_sum,
        sum(observation_count) over whole as all_count,
        cast(sum(observation_sum) over whole as double) as all_sum,
        cast(sum(square_sum) over whole as double) as all_squares
    from daily
    window
        before_it as (
            partition by series_id, segment order by observed_date
            rows between unbounded preceding and 1 preceding
        ),
        whole as (partition by series_id, segment)
),

split as (
    select
        *,
        before_count * (all_count - before_count) / cast(all_count as double) * power(
            (all_sum - before_sum) / nullif(all_count - before_count, 0)
            - before_sum / nullif(before_count, 0), 2
        ) as explained_squares,
        all_squares - all_sum * all_sum / all_count as total_squares
    from cumulated
    where
        before_count >= {{ var('change_point_margin_share') }} * all_count
        and all_count - before_count >= {{ var('change_point_margin_share') }} * all_count
        and before_count > 0
        and all_count > 2
),

ranked as (
    select
        *,
        row_number() over (
            partition by series_id, segment order by explained_squares desc, observed_date asc
        ) as place,
        -- Bounded, because a split may leave nothing to explain.
        least(
            explained_squares * (all_count - 2)
            / greatest(total_squares - explained_squares, 1e-9), 1e9
        ) as f_statistic
    from split
),

final as (
    select
        series_id,
        segment,
        observed_date as best_split_date,
        case when f_statistic >= {{ var('change_point_f') }} then observed_date end
            as changed_date,
        cast(before_count as bigint) as before_observation_count,
        cast(all_count - before_count as bigint) as after_observation_count,
        -- Rounded, for the last digits of a double depend on the engine.
        cast({{ to_decimal('f_statistic', 3) }} as double) as f_statistic
    from ranked
    where place = 1
)

select * from final
