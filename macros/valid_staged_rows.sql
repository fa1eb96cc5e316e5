{% macro valid_staged_rows(system, entity) %}
    {#
        The valid rows of the staging model of an entity: of one that reads landed rows those whose
        fate that is; others hold no other rows.
    #}
    {% set staged = ref('stg_' ~ system ~ '__' ~ entity) %}
    {% set name = 'model.' ~ project_name ~ '.' ~ staged.identifier %}
    {% if execute and graph.nodes[name].sources %}
        {{ return('(select * from ' ~ staged ~ " where row_state = 'valid') as staged") }}
    {% endif %}
    {{ return(staged) }}
{% endmacro %}
