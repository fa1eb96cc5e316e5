-- Grain: visitor x build in which its sessions changed, or who is behind its browser or behind an
-- account that signed in there.
with

sessions as (
    select
        visitor_id,
        user_id
    from {{ ref('int_sessions') }}
),

accounts as (
    select
        user_id,
        changed_in_build
    from {{ changed_keys('int_person_identifiers', 'user_id') }}
),

final as (
    select
        visitor_id,
        changed_in_build
    from {{ ref('int_visitors_changed') }}
    union
    select
        visitor_id,
        changed_in_build
    from {{ changed_keys('int_person_identifiers', 'visitor_id') }}
    union
    select
        sessions.visitor_id,
        accounts.changed_in_build
    from accounts
    inner join sessions on accounts.user_id = sessions.user_id
)

select * from final
