{% macro has_landed(system, table) %}
    {# Whether a file of the table that this staging model reads has landed; a unit test brings rows. #}
    {% if graph.sources is not defined %}
        {{ return(true) }}
    {% endif %}
    {# Asked once. #}
    {% if 'has_landed' not in model %}
        {% do model.update({'has_landed': raw_files(system, table) | length > 0}) %}
    {% endif %}
    {{ return(model.has_landed) }}
{% endmacro %}
