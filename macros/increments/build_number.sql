{% macro build_number() %}
    {# The number of the running build, as an SQL expression. Numbers grow from build to build. #}
    {{ '(select max(build) from meta.builds)' if execute else '0' }}
{%- endmacro %}
