{% macro epoch_us(utc_timestamp) %}
    {# Microseconds since 1970. #}
    {{ return(adapter.dispatch('epoch_us')(utc_timestamp)) }}
{%- endmacro %}

{% macro default__epoch_us(utc_timestamp) %}
    epoch_us({{ utc_timestamp }})
{%- endmacro %}

{% macro spark__epoch_us(utc_timestamp) %}
    timestampdiff(microsecond, timestamp '1970-01-01 00:00:00', {{ utc_timestamp }})
{%- endmacro %}
