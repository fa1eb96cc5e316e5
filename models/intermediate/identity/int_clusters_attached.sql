-- Grain: cluster, with the cluster that names its person. One with an account is a person. The
-- others (visitors, devices, WeChat without account) attach when everything that they are linked
-- to, near and far, speaks for one person; they never join two.
{% set graph %}
clusters as (
    select
        cluster_number,
        account_number,
        has_account,
        has_wechat,
        is_shared,
        identifier_count
    from {{ ref('int_clusters_claimed') }}
),

loose as (
    select *
    from clusters
    where not has_account and not is_shared
),

loose_links as (
    select
        links.low_number,
        links.high_number
    from {{ ref('int_clusters_linked') }} as links
    inner join loose as lows on links.low_number = lows.cluster_number
    inner join loose as highs on links.high_number = highs.cluster_number
)
{% endset %}

with

{{ graph }},

components as {{ connected_components('loose_links', graph) }},  -- noqa: PRS

grouped as (
    select
        loose.*,
        coalesce(components.component, loose.cluster_number) as group_number
    from loose
    left join components on loose.cluster_number = components.node
),

group_sizes as (
    select
        group_number,
        sum(identifier_count) as identifier_count,
        count(*) filter (where has_wechat) as wechat_count
    from grouped
    group by group_number
),

group_accounts as (
    select
        grouped.group_number,
        min(clusters.cluster_number) as account_number,
        count(distinct clusters.cluster_number) as account_count,
        count(distinct clusters.cluster_number) filter (where clusters.has_wechat) as wechat_count
    from grouped
    inner join clusters on grouped.account_number = clusters.cluster_number
    group by grouped.group_number
),

groups as (
    select
        group_sizes.group_number,
        group_accounts.account_number,
        coalesce(group_accounts.account_count, 0) > 1
        or coalesce(group_accounts.wechat_count, 0) + group_sizes.wechat_count > 1
            as is_ambiguous,
        group_sizes.identifier_count > {{ var('identity_max_identifiers') }} as is_oversized
    from group_sizes
    left join group_accounts on group_sizes.group_number = group_accounts.group_number
),

-- Of a doubtful group, an account keeps what it was itself seen with.
final as (
    select
        clusters.cluster_number,
        case
            when groups.group_number is null then clusters.cluster_number
            when groups.is_ambiguous or groups.is_oversized
                then coalesce(clusters.account_number, clusters.cluster_number)
            else coalesce(groups.account_number, groups.group_number)
        end as person_number,
        case
            when clusters.is_shared then 'shared'
            when clusters.account_number is not null then null
            when groups.is_ambiguous then 'ambiguous'
            when groups.is_oversized then 'too_many_identifiers'
        end as held_reason
    from clusters
    left join grouped on clusters.cluster_number = grouped.cluster_number
    left join groups on grouped.group_number = groups.group_number
)

select * from final
