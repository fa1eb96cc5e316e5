{{ config(
    materialized='incremental',
    unique_key='person_id',
    meta={'changes': 'int_persons_changed'},
) }}
-- Grain: entry into a funnel, with the last step that it reached, each after the one before and
-- within the funnel's window. Whoever takes the first step again within the window of the time
-- before has not entered anew. Steps are looked up one after the other, five at most.
with

events as (
    select
        funnel_id,
        step_number,
        unit_id,
        person_id,
        session_id,
        occurred_at,
        window_hours,
        max(case when step_number = 1 then occurred_at end) over (
            partition by funnel_id, unit_id order by occurred_at, step_number, session_id
            rows between unbounded preceding and 1 preceding
        ) as previous_at
    from {{ ref('int_funnel_events') }}
    {{ where_changed('person_id', ref('int_persons_changed')) }}
),

marked as (
    select
        *,
        step_number = 1
        and (
            previous_at is null
            or occurred_at >= {{ dbt.dateadd('hour', 'window_hours', 'previous_at') }}
        ) as is_entry
    from events
),

assigned as (
    select
        *,
        max(case when is_entry then occurred_at end) over (
            partition by funnel_id, unit_id order by occurred_at, step_number, session_id
            rows between unbounded preceding and current row
        ) as entered_at
    from marked
),

second_steps as (
    select
        *,
        {{ dbt.dateadd('hour', 'window_hours', 'entered_at') }} as ends_at,
        min(case when step_number = 2 then occurred_at end)
            over (partition by funnel_id, unit_id, entered_at) as second_at
    from assigned
    where occurred_at < {{ dbt.dateadd('hour', 'window_hours', 'entered_at') }}
),

third_steps as (
    select
        *,
        min(case when step_number = 3 and occurred_at >= second_at then occurred_at end)
            over (partition by funnel_id, unit_id, entered_at) as third_at
    from second_steps
),

fourth_steps as (
    select
        *,
        min(case when step_number = 4 and occurred_at >= third_at then occurred_at end)
            over (partition by funnel_id, unit_id, entered_at) as fourth_at
    from third_steps
),

fifth_steps as (
    select
        *,
        min(case when step_number = 5 and occurred_at >= fourth_at then occurred_at end)
            over (partition by funnel_id, unit_id, entered_at) as fifth_at
    from fourth_steps
),

final as (
    select
        funnel_id,
        unit_id,
        person_id,
        session_id,
        entered_at,
        ends_at,
        case
            when fifth_at is not null then 5
            when fourth_at is not null then 4
            when third_at is not null then 3
            when second_at is not null then 2
            else 1
        end as last_step_number
    from fifth_steps
    where is_entry
)

select * from final
