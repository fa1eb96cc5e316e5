-- Carts of a visit that lack at most 50 yuan to free shipping when they first fall short, in the half:
-- those that pass it later, of the prompted ones against the others.
with numbered as (
    select
        *,
        sum(is_new::int) over (partition by visitor_id order by event_at, event_id) as visit
    from (
        select
            *,
            coalesce(event_at - lag(event_at) over by_time >= interval 30 minute, true) as is_new
        from events
        where free_shipping_gap is not null and event_name in ('add_to_cart', 'view_cart', 'free_shipping_prompt')
        window by_time as (partition by visitor_id order by event_at, event_id)
    )
),

carts as (
    select
        bool_or(event_name = 'free_shipping_prompt') as is_prompted,
        coalesce(
            max(event_at) filter (where free_shipping_gap = 0) > min(event_at) filter (where free_shipping_gap > 0),
            false
        ) as is_topped_up
    from numbered
    group by visitor_id, visit
    having
        arg_min(free_shipping_gap, event_at) filter (where free_shipping_gap > 0) <= 50
        and half_of(min(event_at)) = latest_half()
),

counted as (
    select
        count(*) filter (where is_prompted) as prompted,
        count(*) filter (where is_prompted and is_topped_up) as prompted_topped_up,
        count(*) filter (where not is_prompted) as unprompted,
        count(*) filter (where not is_prompted and is_topped_up) as unprompted_topped_up
    from carts
)

select
    'relative_change' as scope,
    prompted_topped_up / prompted / (unprompted_topped_up / unprompted) - 1 as value,
    prompted_topped_up / prompted / (unprompted_topped_up / unprompted)
    * ratio_error(prompted_topped_up, prompted, unprompted_topped_up, unprompted) as error
from counted;
