{% macro entities_of(system) %}
    {# The conformed entities that a source system provides, from `vars: system_entities`. #}
    {% if system not in var('system_entities') %}
        {{ exceptions.raise_compiler_error(
            "The source system '" ~ system ~ "' is enabled in vars: source_systems but has no entry in "
            ~ "vars: system_entities of dbt_project.yml. Name there the entities that its staging "
            ~ "models provide; known systems: " ~ var('system_entities').keys() | join(', ') ~ "."
        ) }}
    {% endif %}
    {{ return(var('system_entities')[system]) }}
{% endmacro %}
