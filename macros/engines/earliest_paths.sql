{% macro earliest_paths(starts, arcs, ctes) %}
    {#
        A subquery: each node that a start reaches, with the least of the greatest link numbers of the
        paths between them. `starts` and `arcs` name two of the common table expressions `ctes`.
    #}
    {{ return(adapter.dispatch('earliest_paths')(starts, arcs, ctes)) }}
{%- endmacro %}

{% macro default__earliest_paths(starts, arcs, ctes) %}
    (
        with recursive reached (account_number, identifier_number, link_number) as (
            select identifier_number, identifier_number, cast(0 as bigint)
            from {{ starts }}
            union
            select
                reached.account_number,
                arcs.neighbour_number,
                greatest(reached.link_number, arcs.link_number)
            from reached
            inner join {{ arcs }} as arcs on reached.identifier_number = arcs.identifier_number
        )

        select account_number, identifier_number, min(link_number) as link_number
        from reached
        group by account_number, identifier_number
    )
{%- endmacro %}

{% macro spark__earliest_paths(starts, arcs, ctes) %}
    {% set name = 'scratch.' ~ model.name ~ '__' ~ arcs %}
    {% set keys = 'account_number, identifier_number' %}
    {% if execute and flags.WHICH in ('build', 'run', 'test') %}
        {% do run_query('create schema if not exists scratch') %}
        {% do replace_table(
            name ~ '__arcs', 'with ' ~ ctes ~ ' select * from ' ~ arcs
        ) %}
        {% do fixpoint(
            name,
            'with ' ~ ctes ~ ' select identifier_number as account_number, identifier_number, '
            ~ 'cast(0 as bigint) as link_number from ' ~ starts,
            'select ' ~ keys ~ ', min(link_number) as link_number from ('
            ~ 'select ' ~ keys ~ ', link_number from {state} union all '
            ~ 'select reached.account_number, arcs.neighbour_number as identifier_number, '
            ~ 'greatest(reached.link_number, arcs.link_number) as link_number '
            ~ 'from {state} as reached inner join ' ~ name ~ '__arcs as arcs '
            ~ 'on reached.identifier_number = arcs.identifier_number) group by ' ~ keys,
            keys=['account_number', 'identifier_number'], value='link_number',
        ) %}
    {% endif %}
    (select {{ keys }}, link_number from {{ name }})
{%- endmacro %}
