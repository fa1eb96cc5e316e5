-- Grain: person, anonymous ones included.
with

identifiers as (
    select
        person_id,
        identifier_type,
        identifier,
        linked_at,
        is_known_account
    from {{ ref('int_person_identifiers') }}
),

final as (
    select
        person_id,
        max(case when is_known_account and identifier = person_id then identifier end)
            as first_user_id,
        min(linked_at) as first_seen_at,
        not bool_or(is_known_account) as is_anonymous,
        count(*) filter (where is_known_account) as account_count,
        count(*) as identifier_count
    from identifiers
    group by person_id
)

select * from final
