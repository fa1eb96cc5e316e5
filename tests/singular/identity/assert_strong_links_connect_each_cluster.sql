-- Clusters are not too large: the identifier that names one reaches every other by strong links.
-- It shares nothing with how clusters are found. Each round doubles the way: the last goes 64 links
-- far, and a cluster has no more identifiers than that.
with

clustered as (
    select
        identifier_number,
        cluster_number
    from {{ ref('int_identifiers_clustered') }}
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

reached_0 as (
    select distinct
        links.identifier_number,
        links.neighbour_number
    from links
    inner join clustered on links.identifier_number = clustered.identifier_number
    inner join clustered as neighbours
        on
            links.neighbour_number = neighbours.identifier_number
            and clustered.cluster_number = neighbours.cluster_number
    union all
    select
        identifier_number,
        identifier_number as neighbour_number
    from clustered
),

{% for round in range(6) %}
    reached_{{ round + 1 }} as (
        select distinct
            near.identifier_number,
            far.neighbour_number
        from reached_{{ round }} as near
        inner join reached_{{ round }} as far on near.neighbour_number = far.identifier_number
    ),

{% endfor %}
cut_off as (
    select clustered.*
    from clustered
    left join reached_6
        on
            clustered.cluster_number = reached_6.identifier_number
            and clustered.identifier_number = reached_6.neighbour_number
    where reached_6.identifier_number is null
)

select * from cut_off
