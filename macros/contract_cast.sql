{% macro contract_cast(column) %}
    {#
        A landed value, of read_values(), as its declared type; null where it is none of it. Text is a value where its
        pattern matches all of it: engines cast more than they should, and drop what they do not
        know, such as the offset of a time.
    #}
    {% set text, type = column.text, column.data_type %}
    {% if type == 'string' -%}
        {{ canonical_id(text) if column.name.endswith('_id') else text }}
    {%- elif not column.is_text -%}
        {{ instant(column, 'try_cast(' ~ column.staged_name ~ ' as ' ~ type ~ ')') }}
    {%- elif type == 'timestamp' -%}
        {{ instant(column, timestamp_of_text(text) | trim) }}
    {%- elif type == 'date' -%}
        case when {{ matches(text, text_pattern(column)) }} then cast({{ moment_of_text(text) }} as date) end
    {%- elif type == 'boolean' -%}
        case
            when {{ matches('lower(' ~ text ~ ')', 'true|t|yes|y|1') }} then true
            when {{ matches('lower(' ~ text ~ ')', 'false|f|no|n|0') }} then false
        end
    {%- elif type in ('integer', 'bigint') -%}
        case when {{ matches(text, text_pattern(column)) }}
            then try_cast(try_cast({{ text }} as decimal(38, 0)) as {{ type }}) end
    {%- else -%}
        case when {{ matches(text, text_pattern(column)) }} then try_cast({{ text }} as {{ type }}) end
    {%- endif %}
{%- endmacro %}
