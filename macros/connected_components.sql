{% macro connected_components(edges) %}
    {#
        A subquery: each node of a graph with its component, named by its least node. DuckDB's own
        recursion with a key: a node passes its label on only when that has become less.
    #}
    (
        with recursive arcs as (
            select low_number as node, high_number as neighbour from {{ edges }}
            union all
            select high_number as node, low_number as neighbour from {{ edges }}
        ),

        labels (node, component) using key (node) as (
            select node, least(node, min(neighbour)) from arcs group by node
            union
            select arcs.neighbour, min(labels.component)
            from labels
            inner join arcs on labels.node = arcs.node
            inner join recurring.labels as known on arcs.neighbour = known.node
            where labels.component < known.component
            group by arcs.neighbour
        )

        select node, component from labels
    )
{%- endmacro %}
