-- Grain: entry into a funnel, with the last step that it reached, each after the one before and
-- within the funnel's window. Whoever takes the first step again within the window of the time
-- before has not entered anew.
with

events as (
    select
        funnel_id,
        step_number,
        unit_id,
        session_id,
        occurred_at,
        window_hours
    from {{ ref('int_funnel_events') }}
),

first_steps as (
    select
        *,
        lag(occurred_at) over (
            partition by funnel_id, unit_id order by occurred_at, session_id
        ) as previous_at
    from events
    where step_number = 1
),

entries as (
    select
        funnel_id,
        unit_id,
        session_id,
        occurred_at as entered_at,
        {{ dbt.dateadd('hour', 'window_hours', 'occurred_at') }} as ends_at
    from first_steps
    where
        previous_at is null
        or occurred_at >= {{ dbt.dateadd('hour', 'window_hours', 'previous_at') }}
),

reached_1 as (
    select
        funnel_id,
        unit_id,
        entered_at,
        ends_at,
        entered_at as reached_at,
        1 as step_number
    from entries
),

{% for step in range(2, 7) %}
reached_{{ step }} as (
    select
        reached.funnel_id,
        reached.unit_id,
        reached.entered_at,
        reached.ends_at,
        min(events.occurred_at) as reached_at,
        {{ step }} as step_number
    from reached_{{ step - 1 }} as reached
    inner join events
        on
            reached.funnel_id = events.funnel_id
            and reached.unit_id = events.unit_id
            and events.step_number = {{ step }}
            and reached.reached_at <= events.occurred_at
            and reached.ends_at > events.occurred_at
    group by reached.funnel_id, reached.unit_id, reached.entered_at, reached.ends_at
),

{% endfor %}
reached as (
    {% for step in range(1, 7) %}
    select
        funnel_id,
        unit_id,
        entered_at,
        step_number
    from reached_{{ step }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

furthest as (
    select
        funnel_id,
        unit_id,
        entered_at,
        max(step_number) as last_step_number
    from reached
    group by funnel_id, unit_id, entered_at
),

final as (
    select
        entries.funnel_id,
        entries.unit_id,
        entries.session_id,
        entries.entered_at,
        entries.ends_at,
        furthest.last_step_number
    from entries
    inner join furthest
        on
            entries.funnel_id = furthest.funnel_id
            and entries.unit_id = furthest.unit_id
            and entries.entered_at = furthest.entered_at
)

select * from final
