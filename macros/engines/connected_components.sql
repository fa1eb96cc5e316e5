{% macro connected_components(edges, ctes) %}
    {#
        A subquery: each node of a graph with its component, named by its least node. `edges` names
        one of the common table expressions `ctes`.
    #}
    {{ return(adapter.dispatch('connected_components')(edges, ctes)) }}
{%- endmacro %}

{% macro default__connected_components(edges, ctes) %}
    {# DuckDB's own recursion with a key: a node passes its label on only when that has become less. #}
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

{% macro spark__connected_components(edges, ctes) %}
    {# Neighbours pass labels on, and labels jump to the label of their node: few rounds for long chains. #}
    {% set name = 'scratch.' ~ model.name ~ '__' ~ edges %}
    {% if execute and flags.WHICH in ('build', 'run', 'test') %}
        {% do run_query('create schema if not exists scratch') %}
        {% do replace_table(
            name ~ '__arcs', 'with ' ~ ctes
            ~ ' select low_number as node, high_number as neighbour from ' ~ edges
            ~ ' union all select high_number as node, low_number as neighbour from ' ~ edges
        ) %}
        {% do fixpoint(
            name,
            'select node, least(node, min(neighbour)) as component from ' ~ name ~ '__arcs group by node',
            'select node, min(component) as component from ('
            ~ 'select node, component from {state} union all '
            ~ 'select arcs.neighbour as node, labels.component from {state} as labels '
            ~ 'inner join ' ~ name ~ '__arcs as arcs on labels.node = arcs.node union all '
            ~ 'select labels.node, targets.component from {state} as labels '
            ~ 'inner join {state} as targets on labels.component = targets.node) group by node',
            keys=['node'], value='component',
        ) %}
    {% endif %}
    (select node, component from {{ name }})
{%- endmacro %}
