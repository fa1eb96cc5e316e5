{% macro business_date(utc_timestamp) %}
    {# The local day of a UTC timestamp, in `vars: business_tz`. #}
    cast({{ to_local(utc_timestamp, var('business_tz')) }} as date)
{%- endmacro %}
