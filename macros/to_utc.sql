{% macro to_utc(local_timestamp, time_zone) %}
    {# A wall-clock timestamp of `time_zone` as a UTC timestamp. #}
    timezone('UTC', timezone('{{ time_zone }}', {{ local_timestamp }}))
{%- endmacro %}
