-- Clusters are not too large: the identifier that names one reaches every other by strong links. By
-- standard recursion, which shares nothing with how clusters are found.
with

clustered as (
    select * from {{ ref('int_identifiers_clustered') }}
),

links as (
    select
        low_number as identifier_number,
        high_number as neighbour_number
    from {{ ref('int_identifiers_linked') }}
    where is_strong
    union all
    select
        high_number as identifier_number,
        low_number as neighbour_number
    from {{ ref('int_identifiers_linked') }}
    where is_strong
),

reached as (
    with recursive walk (cluster_number, identifier_number) as (
        select distinct
            cluster_number,
            cluster_number as identifier_number
        from clustered
        union
        select
            walk.cluster_number,
            links.neighbour_number as identifier_number
        from walk
        inner join links on walk.identifier_number = links.identifier_number
        inner join clustered
            on
                links.neighbour_number = clustered.identifier_number
                and walk.cluster_number = clustered.cluster_number
    )

    select * from walk
)

select
    clustered.identifier_number,
    clustered.cluster_number
from clustered
left join reached
    on
        clustered.cluster_number = reached.cluster_number
        and clustered.identifier_number = reached.identifier_number
where reached.identifier_number is null
