-- Grain: identifier. Numbers put the known accounts first, the earliest registered before later
-- ones, and then everything else as it was first seen: the smallest number of a group names it, so
-- a person keeps the name of the first account whatever comes to light.
with

sighted as (
    select
        identifier_type,
        identifier,
        link_source,
        first_seen_at,
        row_number() over (
            partition by identifier_type, identifier
            order by first_seen_at asc nulls last, link_source asc
        ) as sight_rank
    from {{ ref('int_identifiers_sighted') }}
),

users as (
    select
        user_id,
        registered_at
    from {{ ref('int_users_completed') }}
),

final as (
    select
        row_number() over (
            order by
                (users.user_id is not null) desc,
                (sighted.identifier_type = 'user_id') desc,
                coalesce(users.registered_at, sighted.first_seen_at) asc nulls last,
                sighted.identifier_type asc,
                sighted.identifier asc
        ) as identifier_number,
        sighted.identifier_type,
        sighted.identifier,
        sighted.first_seen_at,
        sighted.link_source,
        sighted.identifier_type = 'user_id' as is_account,
        users.user_id is not null as is_known_account
    from sighted
    left join users
        on sighted.identifier_type = 'user_id' and sighted.identifier = users.user_id
    where sighted.sight_rank = 1
)

select * from final
