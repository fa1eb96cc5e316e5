{{ config(materialized='view') }}
-- Grain: local day on which rows of events were received x name of the event: what became of them.
with

delivered as (
    select
        -- A row without a time that can be read says nothing of its day.
        coalesce({{ business_date('received_at') }}, cast('1970-01-01' as date)) as received_date,
        -- Nor is a name that broke the contract one of an event.
        case when row_state = 'quarantined' then 'unknown' else event_name end as event_name,
        row_state
    from {{ ref('stg_storefront__events') }}
),

final as (
    select
        received_date,
        event_name,
        count(*) as landed_count,
        count(*) filter (where row_state = 'superseded') as superseded_count,
        count(*) filter (where row_state = 'deleted') as deleted_count,
        count(*) filter (where row_state = 'quarantined') as quarantined_count
    from delivered
    group by received_date, event_name
)

select * from final
