-- Grain: cluster, with who claims it: the clusters that it is linked to. A visitor or device that
-- two accounts, or two people of WeChat, were seen with is shared, and nobody's.
with

identifiers as (
    select
        identifier_number,
        identifier_type,
        is_account
    from {{ ref('int_identifiers_numbered') }}
),

clustered as (
    select
        identifier_number,
        cluster_number
    from {{ ref('int_identifiers_clustered') }}
),

clusters as (
    select
        clustered.cluster_number,
        count(*) as identifier_count,
        bool_or(identifiers.is_account) as has_account,
        bool_or(identifiers.identifier_type in ('open_id', 'union_id')) as has_wechat
    from clustered
    inner join identifiers on clustered.identifier_number = identifiers.identifier_number
    group by clustered.cluster_number
),

neighbours as (
    select
        high_number as cluster_number,
        low_number as neighbour_number
    from {{ ref('int_clusters_linked') }}
    union all
    select
        low_number as cluster_number,
        high_number as neighbour_number
    from {{ ref('int_clusters_linked') }}
),

claims as (
    select
        neighbours.cluster_number,
        min(neighbours.neighbour_number) filter (where clusters.has_account) as account_number,
        count(*) filter (where clusters.has_account) as account_count,
        count(*) filter (where clusters.has_wechat) as wechat_count
    from neighbours
    inner join clusters on neighbours.neighbour_number = clusters.cluster_number
    group by neighbours.cluster_number
),

final as (
    select
        clusters.cluster_number,
        claims.account_number,
        clusters.has_account,
        clusters.has_wechat,
        not clusters.has_account
        and (
            coalesce(claims.account_count, 0) > 1
            or coalesce(claims.wechat_count, 0) + cast(clusters.has_wechat as integer) > 1
        ) as is_shared,
        clusters.identifier_count
    from clusters
    left join claims on clusters.cluster_number = claims.cluster_number
)

select * from final
