-- Clusters are complete: two identifiers that a strong link joins are in one, unless a guard held it.
with

clustered as (
    select * from {{ ref('int_identifiers_clustered') }}
)

select
    links.link_number,
    lows.cluster_number,
    highs.cluster_number as other_cluster_number
from {{ ref('int_identifiers_linked') }} as links
inner join clustered as lows on links.low_number = lows.identifier_number
inner join clustered as highs on links.high_number = highs.identifier_number
where
    links.is_strong
    and lows.cluster_number != highs.cluster_number
    and not lows.is_overused
    and not highs.is_overused
    and not (lows.is_oversized and highs.is_oversized)
