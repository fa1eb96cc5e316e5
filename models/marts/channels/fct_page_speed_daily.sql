-- Grain: local day x timing x page type x terminal x bin. A bin holds times of the same first two
-- digits, so a quantile of any sum of rows is right to a tenth. Loads add up within a timing.
with

loads as (
    select * from {{ ref('int_page_loads') }}
),

timed as (
    select
        business_date,
        'load' as timing_name,
        page_type,
        terminal,
        load_ms as measured_ms
    from loads
    union all
    select
        business_date,
        'lcp' as timing_name,
        page_type,
        terminal,
        lcp_ms as measured_ms
    from loads
    where lcp_ms is not null
),

binned as (
    select
        *,
        {{ bin_start('measured_ms') }} as bin_start_ms,
        {{ bin_start('measured_ms') }} + {{ bin_width('measured_ms') }} as bin_end_ms
    from timed
),

final as (
    select
        business_date,
        timing_name,
        page_type,
        terminal,
        bin_start_ms,
        bin_end_ms,
        count(*) as page_load_count,
        cast(sum(cast(measured_ms as decimal(18, 3))) as decimal(18, 3)) as measured_ms
    from binned
    group by business_date, timing_name, page_type, terminal, bin_start_ms, bin_end_ms
)

select * from final
