{{ config(
    materialized='incremental',
    unique_key='person_id',
    meta={'changes': 'int_persons_changed'},
) }}
-- Grain: addition to a cart by a person, with its cart episode. Every window is within one person,
-- so the episodes of a person depend on nobody else. Excludes bots.
with

additions as (
    select
        events.event_id,
        events.session_id,
        events.visitor_id,
        owners.person_id,
        events.sku_id,
        events.terminal,
        events.occurred_at,
        events.is_clock_wrong,
        coalesce(events.quantity, 1) as quantity
    from {{ ref('int_cart_events') }} as events
    inner join {{ ref('int_session_owners') }} as owners on events.session_id = owners.session_id
    where
        events.event_name = 'add_to_cart' and not owners.is_bot
        {{ where_changed('owners.person_id', ref('int_persons_changed'), 'and', 'person_id') }}
),

payments as (
    select
        person_id,
        sku_id,
        paid_at
    from {{ ref('int_order_lines_allocated') }}
    where
        paid_at is not null and not is_gift
        {{ where_changed('person_id', ref('int_persons_changed'), 'and') }}
),

-- Paying something out of a cart ends it; buying past the cart does not.
settlements as (
    select distinct
        additions.person_id,
        payments.paid_at
    from additions
    inner join payments
        on
            additions.person_id = payments.person_id
            and additions.sku_id = payments.sku_id
            and additions.occurred_at <= payments.paid_at
            and {{ dbt.dateadd('hour', var('cart_payment_hours'), 'additions.occurred_at') }}
            > payments.paid_at
),

steps as (
    select
        person_id,
        occurred_at,
        event_id,
        0 as is_settlement
    from additions
    union all
    select
        person_id,
        paid_at as occurred_at,
        '' as event_id,
        1 as is_settlement
    from settlements
),

followed as (
    select
        *,
        max(case when is_settlement = 0 then occurred_at end) over (
            partition by person_id order by occurred_at, is_settlement, event_id
            rows between unbounded preceding and 1 preceding
        ) as previous_added_at,
        max(case when is_settlement = 1 then occurred_at end) over (
            partition by person_id order by occurred_at, is_settlement, event_id
            rows between unbounded preceding and 1 preceding
        ) as previous_paid_at
    from steps
),

started as (
    select
        person_id,
        event_id,
        max(
            case
                when
                    previous_added_at is null
                    or previous_paid_at >= previous_added_at
                    or occurred_at
                    >= {{ dbt.dateadd('hour', var('cart_idle_hours'), 'previous_added_at') }}
                    then occurred_at
            end
        ) over (
            partition by person_id order by occurred_at, event_id
            rows between unbounded preceding and current row
        ) as episode_started_at
    from followed
    where is_settlement = 0
),

final as (
    select
        additions.event_id,
        additions.person_id || '-' || {{ epoch_us('started.episode_started_at') }}
            as cart_episode_id,
        additions.person_id,
        additions.session_id,
        additions.visitor_id,
        additions.sku_id,
        additions.terminal,
        additions.occurred_at,
        additions.is_clock_wrong,
        additions.quantity
    from additions
    inner join started on additions.event_id = started.event_id
)

select * from final
