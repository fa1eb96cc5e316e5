-- How fast pages came up in a part of a month, for three of ten views of people, carts included.

create temp table page_perf as
with measured as (
    select
        event_id,
        page_type,
        terminal,
        event_at,
        cast(substr(event_id, 2) as bigint) as event_key
    from events
    where
        event_name in ('page_view', 'detail_view', 'view_cart')
        and user_agent != 'python-requests/2.32'
        and uniform('measured', cast(substr(event_id, 2) as bigint)) < parameter('speed.measured')
),

-- Slow networks and weak devices make slow pages; the cart is the slowest page of the shop.
conditions as (
    select
        *,
        case
            when terminal = 'pc' then 'desktop'
            else ['high_end', 'mid_range', 'low_end'][1 + pick('device', event_key, 3)]
        end as device,
        case
            when terminal = 'pc' then 'wired'
            else ['wifi', '5g', '4g', '3g'][1 + cast(floor(4 * power(uniform('network', event_key), 2)) as bigint)]
        end as network
    from measured
),

timed as (
    select
        *,
        parameter('speed.median_load')
        * case network when '3g' then 2.2 when '4g' then 1.3 else 1 end
        * case device when 'low_end' then 1.5 when 'mid_range' then 1.1 else 1 end
        * case page_type when 'cart' then 1.4 when 'detail' then 1.2 else 1 end
        * exp(0.35 * normal('load', event_key)) as load_ms
    from conditions
)

select
    event_id,
    page_type,
    terminal,
    device,
    network,
    event_at as loaded_at,
    round(load_ms * 0.18, 1) as ttfb_ms,
    round(load_ms * 0.75, 1) as lcp_ms,
    round(load_ms, 1) as load_ms
from timed;
