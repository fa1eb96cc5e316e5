{% macro contract_cast(column) %}
    {# A landed value as its declared type; null where it is none of it. Blank text is null. #}
    {% if column.data_type == 'string' -%}
        nullif(trim(cast({{ column.staged_name }} as string)), '')
    {%- else -%}
        {{ adapter.dispatch('contract_cast')(column) }}
    {%- endif %}
{%- endmacro %}

{% macro default__contract_cast(column) -%}
    try_cast({{ column.staged_name }} as {{ column.data_type }})
{%- endmacro %}

{% macro spark__contract_cast(column) -%}
    {#
        Spark takes '2025' for a date, '2025-01-05 25:00' too, and '1d' for a number, which DuckDB
        does not; and it does not take 'epoch' for a date, '2.0' or '1e3' for a whole number, which
        DuckDB does.
    #}
    {% set value = column.staged_name %}
    {% set time = '[ T][0-9:.]+ *([Zz]|[+-][0-9:]+)?' %}
    {% set day = '^ *(epoch|[0-9]+-[0-9]{1,2}-[0-9]{1,2}(' ~ time ~ ')?) *$' %}
    {% if column.data_type in ('integer', 'bigint') and column.landed_type not in ('int', 'bigint') -%}
        try_cast(round(try_cast({{ value }} as decimal(38, 12))) as {{ column.data_type }})
    {%- elif column.data_type == 'double' and column.landed_type == 'string' -%}
        case when {{ value }} rlike '[^dDfF ] *$' then try_cast({{ value }} as double) end
    {%- elif column.data_type in ('date', 'timestamp') and column.landed_type == 'string' -%}
        cast(
            case when {{ value }} rlike '{{ day }}'
                then try_cast(regexp_replace({{ value }}, 'epoch', '1970-01-01') as timestamp) end
            as {{ column.data_type }}
        )
    {%- else -%}
        try_cast({{ value }} as {{ column.data_type }})
    {%- endif %}
{%- endmacro %}
