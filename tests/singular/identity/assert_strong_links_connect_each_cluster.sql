-- Clusters are not too large: the identifier that names one reaches every other by strong links within
-- it. Walked as merges are dated, which shares nothing with how clusters are found.
{% set graph %}
clustered as (
    select * from {{ ref('int_identifiers_clustered') }}
),

roots as (
    select distinct cluster_number as identifier_number
    from clustered
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

arcs as (
    select
        links.identifier_number,
        links.neighbour_number,
        cast(0 as bigint) as link_number
    from links
    inner join clustered as nears on links.identifier_number = nears.identifier_number
    inner join clustered as fars on links.neighbour_number = fars.identifier_number
    where nears.cluster_number = fars.cluster_number
)
{% endset %}

with

{{ graph }},

reached as {{ earliest_paths('roots', 'arcs', graph) }}

select
    clustered.identifier_number,
    clustered.cluster_number
from clustered
left join reached
    on
        clustered.cluster_number = reached.account_number
        and clustered.identifier_number = reached.identifier_number
where reached.identifier_number is null
