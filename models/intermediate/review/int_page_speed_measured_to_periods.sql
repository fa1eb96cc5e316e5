-- Grain: period x timing x page type, or `all`, x terminal, or `all`: the 75th percentile of the
-- time and the bounds of its 95% interval by ranks, each within a bin as if its times lay evenly.
with

daily as (
    select
        periods.period,
        speed.timing_name,
        speed.page_type,
        speed.terminal,
        speed.bin_start_ms,
        speed.bin_end_ms,
        sum(speed.page_load_count) as page_load_count
    from {{ ref('dim_periods') }} as periods
    inner join {{ ref('fct_page_speed_daily') }} as speed
        on
            periods.start_date <= speed.business_date
            and periods.end_date > speed.business_date
    group by
        periods.period, speed.timing_name, speed.page_type, speed.terminal, speed.bin_start_ms,
        speed.bin_end_ms
),

parts as (
    select
        listed.has_page_type,
        listed.has_terminal
    from (values (true, true), (true, false), (false, true), (false, false))
        as listed (has_page_type, has_terminal)
),

binned as (
    select
        daily.period,
        daily.timing_name,
        case when parts.has_page_type then daily.page_type else 'all' end as page_type,
        case when parts.has_terminal then daily.terminal else 'all' end as terminal,
        daily.bin_start_ms,
        daily.bin_end_ms,
        cast(sum(daily.page_load_count) as double) as page_load_count
    from daily
    cross join parts
    group by
        daily.period, daily.timing_name,
        case when parts.has_page_type then daily.page_type else 'all' end,
        case when parts.has_terminal then daily.terminal else 'all' end,
        daily.bin_start_ms, daily.bin_end_ms
),

summed as (
    select
        *,
        sum(page_load_count) over (
            partition by period, timing_name, page_type, terminal order by bin_start_ms
        ) as summed_count,
        sum(page_load_count) over (partition by period, timing_name, page_type, terminal)
            as all_count
    from binned
),

-- The rank of a quantile is binomial: n loads, each below it with three in four.
ranks as (
    select
        *,
        0.75 * all_count as rank,
        greatest(0.75 * all_count - 1.959963984540054 * sqrt(0.1875 * all_count), 0) as low_rank,
        least(0.75 * all_count + 1.959963984540054 * sqrt(0.1875 * all_count), all_count)
            as high_rank
    from summed
),

placed as (
    select
        *,
        summed_count - page_load_count as earlier_count,
        (bin_end_ms - bin_start_ms) / page_load_count as step_ms
    from ranks
),

final as (
    select
        period,
        timing_name,
        page_type,
        terminal,
        cast(max(all_count) as bigint) as page_load_count,
        max(
            case
                when rank > earlier_count and rank <= summed_count
                    then bin_start_ms + (rank - earlier_count) * step_ms
            end
        ) / 1000 as p75_seconds,
        max(
            case
                when low_rank >= earlier_count and low_rank < summed_count
                    then bin_start_ms + (low_rank - earlier_count) * step_ms
            end
        ) / 1000 as low_seconds,
        max(
            case
                when high_rank > earlier_count and high_rank <= summed_count
                    then bin_start_ms + (high_rank - earlier_count) * step_ms
            end
        ) / 1000 as high_seconds
    from placed
    group by period, timing_name, page_type, terminal
)

select * from final
