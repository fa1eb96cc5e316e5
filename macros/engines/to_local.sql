{% macro to_local(utc_timestamp, time_zone) %}
    {# A UTC timestamp as the wall clock of `time_zone`. #}
    {{ return(adapter.dispatch('to_local')(utc_timestamp, time_zone)) }}
{%- endmacro %}

{% macro default__to_local(utc_timestamp, time_zone) %}
    timezone('{{ time_zone }}', timezone('UTC', {{ utc_timestamp }}))
{%- endmacro %}

{% macro spark__to_local(utc_timestamp, time_zone) %}
    convert_timezone('UTC', '{{ time_zone }}', {{ utc_timestamp }})
{%- endmacro %}
