-- Grain: member x week, four weeks after the first one and before the last: activity of the four
-- weeks before it and of four weeks from it on, and what the shop knew and sent.
with

weeks as (
    select
        person_id,
        week_start_date,
        sum(active_day_count) over (
            partition by person_id order by week_start_date rows between 4 preceding and 1 preceding
        ) as before_day_count,
        sum(active_day_count) over (
            partition by person_id order by week_start_date
            rows between current row and 3 following
        ) as after_day_count,
        sum(paid_order_count) over (
            partition by person_id order by week_start_date
            rows between 13 preceding and 1 preceding
        ) as earlier_order_count,
        sum(contact_count) over (
            partition by person_id order by week_start_date rows between 4 preceding and 1 preceding
        ) as earlier_contact_count,
        sum(contact_count) over (
            partition by person_id order by week_start_date
            rows between current row and 3 following
        ) as later_contact_count,
        count(*) over (
            partition by person_id order by week_start_date
            rows between 4 preceding and 3 following
        ) as week_count
    from {{ ref('int_member_weeks') }}
),

final as (
    select
        person_id,
        week_start_date,
        cast(before_day_count as integer) as before_day_count,
        cast(after_day_count as integer) as after_day_count,
        cast(
            case
                when before_day_count < 2 then before_day_count
                when before_day_count < 4 then 2
                else 4
            end as integer
        ) as active_days_from,
        cast(least(earlier_order_count, 2) as integer) as paid_orders_from,
        earlier_contact_count > 0 as is_contacted_before,
        later_contact_count > 0 as is_contacted
    from weeks
    where week_count = 8
)

select * from final
