-- Grain: pair of clusters with any link between them, strong or weak. Identifiers with implausibly
-- many accounts link nothing. Accounts have the lowest numbers, so a cluster with an account stands
-- on the low side.
with

clustered as (
    select
        identifier_number,
        cluster_number
    from {{ ref('int_identifiers_clustered') }}
    where not is_overused
),

links as (
    select
        low_number,
        high_number
    from {{ ref('int_identifiers_linked') }}
),

final as (
    select distinct
        least(lows.cluster_number, highs.cluster_number) as low_number,
        greatest(lows.cluster_number, highs.cluster_number) as high_number
    from links
    inner join clustered as lows on links.low_number = lows.identifier_number
    inner join clustered as highs on links.high_number = highs.identifier_number
    where lows.cluster_number != highs.cluster_number
)

select * from final
