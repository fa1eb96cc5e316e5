-- The ledger explains every account that does not name its person: followed from row to row, it
-- leads from the account to the person of today. Each round doubles the rows that are followed at
-- once: 64 lie behind the last, and a person has no more identifiers than that.
with

accounts as (
    select
        identifier as user_id,
        person_id
    from {{ ref('int_person_identifiers') }}
    where identifier_type = 'user_id'
),

followed_0 as (
    select
        former_person_id,
        person_id
    from {{ ref('int_person_merges') }}
),

{% for round in range(6) %}
    followed_{{ round + 1 }} as (
        select
            steps.former_person_id,
            coalesce(further.person_id, steps.person_id) as person_id
        from followed_{{ round }} as steps
        left join followed_{{ round }} as further on steps.person_id = further.former_person_id
    ),

{% endfor %}
named as (
    select
        accounts.user_id,
        accounts.person_id,
        coalesce(followed_6.person_id, accounts.user_id) as followed_person_id
    from accounts
    left join followed_6 on accounts.user_id = followed_6.former_person_id
)

select *
from named
where followed_person_id is distinct from person_id
