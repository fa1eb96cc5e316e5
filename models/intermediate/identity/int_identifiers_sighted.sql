-- Grain: sighting x identifier. What shows that identifiers belong together: the sightings that a
-- system reports, accounts with their numbers, orders, and what events say about visitors.
with

identities as (
    select
        user_id,
        visitor_id,
        device_id,
        open_id,
        union_id,
        phone_hash,
        link_source,
        linked_at as first_seen_at,
        linked_at as last_seen_at,
        unlinked_at
    from {{ ref('int_identities') }}
),

users as (
    select
        user_id,
        cast(null as string) as visitor_id,
        cast(null as string) as device_id,
        cast(null as string) as open_id,
        cast(null as string) as union_id,
        phone_hash,
        'profile' as link_source,
        registered_at as first_seen_at,
        registered_at as last_seen_at,
        cast(null as timestamp) as unlinked_at
    from {{ ref('int_users') }}
),

orders as (
    select
        user_id,
        visitor_id,
        cast(null as string) as device_id,
        open_id,
        cast(null as string) as union_id,
        cast(null as string) as phone_hash,
        'order' as link_source,
        min(placed_at) as first_seen_at,
        max(placed_at) as last_seen_at,
        cast(null as timestamp) as unlinked_at
    from {{ ref('int_orders') }}
    where not is_test
    group by user_id, visitor_id, open_id
),

-- By the collector's clock; a client's may be years off.
events as (
    select
        user_id,
        visitor_id,
        cast(null as string) as device_id,
        open_id,
        cast(null as string) as union_id,
        cast(null as string) as phone_hash,
        'event' as link_source,
        min(received_at) as first_seen_at,
        max(received_at) as last_seen_at,
        cast(null as timestamp) as unlinked_at
    from {{ ref('int_events') }}
    group by user_id, visitor_id, open_id
),

sightings as (
    select * from identities
    union all
    select * from users
    union all
    select * from orders
    union all
    select * from events
),

numbered as (
    select
        *,
        row_number() over (
            order by
                link_source, first_seen_at, last_seen_at, unlinked_at nulls last,
                user_id nulls last, open_id nulls last, union_id nulls last,
                phone_hash nulls last, visitor_id nulls last, device_id nulls last
        ) as sighting_number
    from sightings
),

types as (
    select
        identifier_type,
        is_strong
    from {{ ref('identifier_types') }}
),

sources as (
    select
        link_source,
        is_strong
    from {{ ref('link_sources') }}
),

unpivoted as (
    select
        numbered.*,
        types.identifier_type,
        types.is_strong,
        case types.identifier_type
            when 'user_id' then numbered.user_id
            when 'open_id' then numbered.open_id
            when 'union_id' then numbered.union_id
            when 'phone_hash' then numbered.phone_hash
            when 'visitor_id' then numbered.visitor_id
            when 'device_id' then numbered.device_id
        end as identifier
    from numbered
    cross join types
),

final as (
    select
        unpivoted.sighting_number,
        unpivoted.identifier_type,
        unpivoted.identifier,
        unpivoted.link_source,
        unpivoted.is_strong and coalesce(sources.is_strong, false) as is_strong,
        unpivoted.first_seen_at,
        unpivoted.last_seen_at,
        unpivoted.unlinked_at
    from unpivoted
    left join sources on unpivoted.link_source = sources.link_source
    where unpivoted.identifier is not null
)

select * from final
