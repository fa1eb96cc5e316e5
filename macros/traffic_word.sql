{% macro traffic_word(column) %}
    {# A source or medium of traffic in small letters; null where the word says that there is none. #}
    nullif(nullif(lower({{ column }}), '(none)'), '(direct)')
{%- endmacro %}
