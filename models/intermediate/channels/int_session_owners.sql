{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={
        'changes': 'int_session_owners_changed',
        'changed_key': 'person_id',
        'key_name': "'person_id'",
    },
) }}
-- Grain: session, with the person behind it: who signed in, or else whose browser it is.
with

sessions as (
    select
        session_id,
        visitor_id,
        user_id,
        is_bot
    from {{ ref('int_sessions') }}
    {{ where_changed('visitor_id', ref('int_session_owners_changed')) }}
),

accounts as (
    select
        identifier as user_id,
        person_id
    from {{ ref('int_person_identifiers') }}
    where identifier_type = 'user_id'
),

browsers as (
    select
        identifier as visitor_id,
        person_id
    from {{ ref('int_person_identifiers') }}
    where identifier_type = 'visitor_id'
),

final as (
    select
        sessions.session_id,
        sessions.visitor_id,
        coalesce(accounts.person_id, browsers.person_id, sessions.visitor_id) as person_id,
        sessions.is_bot
    from sessions
    left join accounts on sessions.user_id = accounts.user_id
    left join browsers on sessions.visitor_id = browsers.visitor_id
)

select * from final
