-- Grain: identifier whose links were not followed, or not all of them, and why.
with

final as (
    select
        identifier_type,
        identifier,
        person_id,
        held_reason,
        account_count
    from {{ ref('int_person_identifiers') }}
    where held_reason is not null
)

select * from final
