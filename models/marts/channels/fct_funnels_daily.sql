-- Grain: local day of the entry x funnel x step x terminal x source group. Entries and those that
-- went on add up over days and segments; over steps they do not. Excludes bots.
with

entries as (
    select
        funnel_id,
        session_id,
        last_step_number,
        {{ business_date('entered_at') }} as business_date
    from {{ ref('int_funnel_entries') }}
),

sessions as (
    select
        sessions.session_id,
        sessions.terminal,
        channels.source_group
    from {{ ref('fct_sessions') }} as sessions
    inner join {{ ref('dim_channels') }} as channels on sessions.channel_id = channels.channel_id
),

steps as (
    select
        funnel_id,
        step_number,
        event_name,
        window_hours,
        lead(event_name) over (partition by funnel_id order by step_number) as next_event_name
    from {{ ref('funnel_steps') }}
),

counted as (
    select
        entries.business_date,
        entries.funnel_id,
        sessions.terminal,
        sessions.source_group,
        entries.last_step_number,
        count(*) as entry_count
    from entries
    inner join sessions on entries.session_id = sessions.session_id
    group by
        entries.business_date, entries.funnel_id, sessions.terminal, sessions.source_group,
        entries.last_step_number
),

final as (
    select
        counted.business_date,
        counted.funnel_id,
        cast(steps.step_number as integer) as step_number,
        counted.terminal,
        counted.source_group,
        steps.event_name as step_name,
        steps.next_event_name as next_step_name,
        {{ dbt.dateadd('hour', '24 + steps.window_hours', 'counted.business_date') }}
        <= cast(int_as_of.as_of as timestamp) as is_mature,
        cast(sum(counted.entry_count) as bigint) as entrant_count,
        cast(
            sum(
                case
                    when counted.last_step_number > steps.step_number then counted.entry_count
                    else 0
                end
            ) as bigint
        ) as converted_count
    from counted
    inner join steps
        on
            counted.funnel_id = steps.funnel_id
            and counted.last_step_number >= steps.step_number
    cross join {{ ref('int_as_of') }} as int_as_of
    where steps.next_event_name is not null
    group by
        counted.business_date, counted.funnel_id, steps.step_number, counted.terminal,
        counted.source_group, steps.event_name, steps.next_event_name, steps.window_hours,
        int_as_of.as_of
)

select * from final
