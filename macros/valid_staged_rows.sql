{% macro valid_staged_rows(staged) %}
    {#
        The valid rows of a staging model: of one that reads landed rows those whose fate that is;
        others hold no other rows.
    #}
    {% if execute and graph.nodes['model.' ~ project_name ~ '.' ~ staged.identifier].sources %}
        {{ return('(select * from ' ~ staged ~ " where row_state = 'valid') as staged") }}
    {% endif %}
    {{ return(staged) }}
{% endmacro %}
