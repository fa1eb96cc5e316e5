-- Grain: account that was the first of a person until links showed that an earlier registered one
-- is the same person's. Dated by the links, so it is the same in whatever order rows arrived.
{% set graph %}
identifiers as (
    select
        identifier_number,
        identifier_type,
        identifier,
        is_account
    from {{ ref('int_identifiers_numbered') }}
),

clustered as (
    select
        identifier_number,
        cluster_number
    from {{ ref('int_identifiers_clustered') }}
    where not is_overused
),

accounts as (
    select
        identifiers.identifier_number,
        clustered.cluster_number,
        count(*) over (partition by clustered.cluster_number) as account_count
    from identifiers
    inner join clustered on identifiers.identifier_number = clustered.identifier_number
    where identifiers.is_account
),

merged_accounts as (
    select
        identifier_number,
        cluster_number
    from accounts
    where account_count > 1
),

links as (
    select
        links.link_number,
        links.low_number,
        links.high_number,
        links.linked_at,
        links.link_source,
        lows.cluster_number
    from {{ ref('int_identifiers_linked') }} as links
    inner join clustered as lows on links.low_number = lows.identifier_number
    inner join clustered as highs on links.high_number = highs.identifier_number
    where links.is_strong and lows.cluster_number = highs.cluster_number
),

arcs as (
    select
        links.low_number as identifier_number,
        links.high_number as neighbour_number,
        links.link_number
    from links
    inner join merged_accounts on links.cluster_number = merged_accounts.cluster_number
    union
    select
        links.high_number as identifier_number,
        links.low_number as neighbour_number,
        links.link_number
    from links
    inner join merged_accounts on links.cluster_number = merged_accounts.cluster_number
)
{% endset %}

with

{{ graph }},

-- Links are numbered as they came to be known, so the greatest number on a path dates the path, and
-- the path whose greatest number is least tells since when two identifiers are one person's.
reached as {{ earliest_paths('merged_accounts', 'arcs', graph) }},  -- noqa: PRS

paths as (
    select
        reached.account_number,
        reached.identifier_number as other_number,
        reached.link_number
    from reached
    inner join merged_accounts on reached.identifier_number = merged_accounts.identifier_number
),

dated as (
    select
        account_number,
        min(link_number) as link_number
    from paths
    where other_number < account_number
    group by account_number
),

-- The first account of the person that it became part of, as that was known on the day.
targets as (
    select
        dated.account_number,
        dated.link_number,
        min(paths.other_number) as target_number
    from dated
    inner join paths
        on
            dated.account_number = paths.account_number
            and dated.link_number >= paths.link_number
    group by dated.account_number, dated.link_number
),

final as (
    select
        formers.identifier as former_person_id,
        presents.identifier as person_id,
        links.linked_at as merged_at,
        shown.identifier_type,
        shown.identifier,
        links.link_source
    from targets
    inner join identifiers as formers on targets.account_number = formers.identifier_number
    inner join identifiers as presents on targets.target_number = presents.identifier_number
    inner join links on targets.link_number = links.link_number
    inner join identifiers as shown on links.high_number = shown.identifier_number
)

select * from final
