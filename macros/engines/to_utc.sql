{% macro to_utc(local_timestamp, time_zone) %}
    {# A wall-clock timestamp of `time_zone` as a UTC timestamp. #}
    {{ return(adapter.dispatch('to_utc')(local_timestamp, time_zone)) }}
{%- endmacro %}

{% macro default__to_utc(local_timestamp, time_zone) %}
    timezone('UTC', timezone('{{ time_zone }}', {{ local_timestamp }}))
{%- endmacro %}

{% macro spark__to_utc(local_timestamp, time_zone) %}
    {# Where clocks go back an hour, that hour comes twice: DuckDB takes the second, Spark the first. #}
    {% set first = "convert_timezone('" ~ time_zone ~ "', 'UTC', " ~ local_timestamp ~ ')' %}
    {% set second = first ~ " + interval '1' hour" %}
    case
        when {{ to_local(second, time_zone) }} = {{ local_timestamp }} then {{ second }}
        else {{ first }}
    end
{%- endmacro %}
