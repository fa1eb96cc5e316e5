{% macro text_pattern(column) %}
    {# The pattern that all of a text has to match to be a value of a declared type. #}
    {% set day = '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}' %}
    {% if column.data_type in ('integer', 'bigint') %}
        {{ return('[+-]?[0-9]+([.]0*)?') }}
    {% elif column.data_type == 'double' %}
        {{ return('[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?') }}
    {% elif column.data_type == 'date' %}
        {{ return(day ~ '([ T]0{1,2}:00(:00([.]0+)?)?)?') }}
    {% endif %}
    {{ return('[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)') }}
{% endmacro %}
