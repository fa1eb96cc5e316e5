{{ config(
    materialized='incremental',
    unique_key=['identifier_type', 'identifier'],
    meta={'changed_key': 'identifier', 'key_name': 'identifier_type'},
) }}
-- Grain: identifier, with the one person that it belongs to. A person is named after the first
-- account, or without any after the identifier seen first.
with

identifiers as (
    select
        identifier_number,
        identifier_type,
        identifier,
        first_seen_at,
        link_source,
        is_account,
        is_known_account
    from {{ ref('int_identifiers_numbered') }}
),

clustered as (
    select
        identifier_number,
        cluster_number,
        account_count,
        is_overused,
        is_oversized
    from {{ ref('int_identifiers_clustered') }}
),

attached as (
    select
        cluster_number,
        person_number,
        held_reason
    from {{ ref('int_clusters_attached') }}
),

resolved as (
    select
        identifiers.*,
        attached.person_number,
        clustered.account_count,
        case
            when clustered.is_overused then 'too_many_accounts'
            when clustered.is_oversized then 'too_many_identifiers'
            else attached.held_reason
        end as held_reason
    from identifiers
    inner join clustered on identifiers.identifier_number = clustered.identifier_number
    inner join attached on clustered.cluster_number = attached.cluster_number
),

links as (
    select
        link_number,
        low_number,
        high_number,
        linked_at,
        link_source
    from {{ ref('int_identifiers_linked') }}
),

ends as (
    select
        low_number as identifier_number,
        high_number as neighbour_number,
        link_number
    from links
    union all
    select
        high_number as identifier_number,
        low_number as neighbour_number,
        link_number
    from links
),

first_links as (
    select
        resolved.identifier_number,
        min(ends.link_number) as link_number
    from resolved
    inner join ends on resolved.identifier_number = ends.identifier_number
    inner join resolved as neighbours on ends.neighbour_number = neighbours.identifier_number
    where resolved.person_number = neighbours.person_number
    group by resolved.identifier_number
),

final as (
    select
        resolved.identifier_type,
        resolved.identifier,
        case
            when namesakes.is_account then namesakes.identifier
            else namesakes.identifier_type || ':' || namesakes.identifier
        end as person_id,
        coalesce(links.linked_at, resolved.first_seen_at) as linked_at,
        coalesce(links.link_source, resolved.link_source) as link_source,
        resolved.held_reason,
        resolved.is_known_account,
        resolved.account_count
    from resolved
    inner join identifiers as namesakes on resolved.person_number = namesakes.identifier_number
    left join first_links on resolved.identifier_number = first_links.identifier_number
    left join links on first_links.link_number = links.link_number
)

select * from final
