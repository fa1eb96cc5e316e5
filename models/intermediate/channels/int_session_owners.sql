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

final as (
    select
        sessions.session_id,
        sessions.visitor_id,
        coalesce(accounts.person_id, browsers.person_id, sessions.visitor_id) as person_id,
        sessions.is_bot
    from sessions
    {{ join_persons('sessions', ref('int_person_identifiers')) }}
)

select * from final
