-- Grain: person x build in which its events, its sessions or lines of its orders changed. A person
-- who lost them to another one changed as well.
with

visitors as (
    select
        visitor_id,
        changed_in_build
    from {{ ref('int_visitors_changed') }}
),

owners as (
    select
        visitor_id,
        person_id
    from {{ ref('int_session_owners') }}
),

final as (
    select
        owners.person_id,
        visitors.changed_in_build
    from visitors
    inner join owners on visitors.visitor_id = owners.visitor_id
    union
    select
        person_id,
        changed_in_build
    from {{ changed_keys('int_session_owners', 'person_id') }}
    union
    select
        person_id,
        changed_in_build
    from {{ changed_keys('int_order_lines_allocated', 'person_id') }}
)

select * from final
