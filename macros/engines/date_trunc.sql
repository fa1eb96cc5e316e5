{% macro spark__date_trunc(datepart, date) %}
    {# Spark's own function returns a timestamp with the session's time zone. #}
    cast(date_trunc('{{ datepart }}', {{ date }}) as timestamp)
{%- endmacro %}
