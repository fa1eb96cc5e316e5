-- The ledger explains every account that does not name its person: followed from row to row, it leads
-- from the account to the person of today.
with

accounts as (
    select
        identifier as user_id,
        person_id
    from {{ ref('int_person_identifiers') }}
    where identifier_type = 'user_id'
),

followed as (
    -- Nobody is merged so often: a ledger that goes round in circles ends, too.
    with recursive steps (user_id, person_id, step) as (
        select
            user_id,
            user_id as person_id,
            0 as step
        from accounts
        union all
        select
            steps.user_id,
            merges.person_id,
            steps.step + 1 as step
        from steps
        inner join {{ ref('int_person_merges') }} as merges
            on steps.person_id = merges.former_person_id
        where steps.step < {{ var('identity_max_identifiers') }}
    )

    select
        steps.user_id,
        steps.person_id
    from steps
    left join {{ ref('int_person_merges') }} as merges on steps.person_id = merges.former_person_id
    where merges.former_person_id is null
)

select
    accounts.user_id,
    accounts.person_id,
    followed.person_id as followed_person_id
from accounts
left join followed on accounts.user_id = followed.user_id
where followed.person_id is distinct from accounts.person_id
