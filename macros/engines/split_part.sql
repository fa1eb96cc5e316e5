{% macro spark__split_part(string_text, delimiter_text, part_number) %}
    {# dbt's own body takes the delimiter for a regular expression. #}
    split_part({{ string_text }}, {{ delimiter_text }}, {{ part_number }})
{%- endmacro %}
