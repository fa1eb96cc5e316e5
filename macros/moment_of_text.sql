{% macro moment_of_text(text) %}
    {# A day, year first, with or without a time of 24 hours, as a timestamp; null if there is none. #}
    try_cast(replace({{ text }}, '/', '-') as timestamp)
{%- endmacro %}
