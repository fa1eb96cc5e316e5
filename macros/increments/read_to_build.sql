{% macro read_to_build() %}
    {# The build up to which this incremental model has read all changes, as an SQL expression. #}
    coalesce(
        (select read_to_build from meta.incremental_models where model = '{{ model.name }}'), 0
    )
{%- endmacro %}
