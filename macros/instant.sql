{% macro instant(column, moment) %}
    {#
        A landed time in UTC, where its table declares a `time_zone` under `meta: delivery`: what comes
        without an offset is told by the clocks there.
    #}
    {%- set zone = (column.form or {}).time_zone -%}
    {%- set is_zoned = 'time zone' in column.landed_type or
        (target.type == 'spark' and column.landed_type == 'timestamp') -%}
    {%- if column.data_type != 'timestamp' or not zone or is_zoned -%}
        {{ moment }}
    {%- elif not column.is_text -%}
        {{ to_utc(moment, zone) }}
    {%- else -%}
        case
            when {{ matches(column.text, '.*:.*([Zz]|UTC|[+-][0-9]{2}(:?[0-9]{2})?)') }} then {{ moment }}
            else {{ to_utc('(' ~ moment ~ ')', zone) }}
        end
    {%- endif -%}
{% endmacro %}
