{% macro month_first_timestamp(text) %}
    {# A text such as 12/1/2010 8:26, the first of December, as timestamp; else null. #}
    case
        when regexp_extract({{ text }}, '[0-9]+/[0-9]+/[0-9]{4} [0-9]+:[0-9]{2}', 0) = {{ text }}
            then {{ adapter.dispatch('month_first_timestamp')(text) }}
    end
{%- endmacro %}

{% macro default__month_first_timestamp(text) -%}
    try_strptime({{ text }}, '%m/%d/%Y %H:%M')
{%- endmacro %}

{% macro spark__month_first_timestamp(text) -%}
    try_to_timestamp({{ text }}, 'M/d/yyyy H:mm')
{%- endmacro %}
