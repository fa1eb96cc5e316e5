{% macro business_date(utc_timestamp) %}
    {# The local day of a UTC timestamp, in `vars: business_tz`. #}
    cast(timezone('{{ var("business_tz") }}', timezone('UTC', {{ utc_timestamp }})) as date)
{%- endmacro %}
