{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) %}
    {# As on DuckDB, a date becomes a timestamp, one without a time zone. #}
    timestampadd(
        {{ datepart }}, cast({{ interval }} as bigint), cast({{ from_date_or_timestamp }} as timestamp)
    )
{%- endmacro %}
