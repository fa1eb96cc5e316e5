{% macro canonical_id(text) %}
    {#
        An id as every file writes it. What a file calls 1001.0, because a column with gaps became one
        of numbers, and what one calls '1001 or ="1001", so that a spreadsheet keeps its digits, is
        1001 elsewhere; words for nothing are no id, which all that have none would share.
    #}
    case
        when {{ text }} like '%.0' and {{ matches(text, '[0-9]+[.]0') }} then replace({{ text }}, '.0', '')
        when {{ text }} like '''%' then nullif(substr({{ text }}, 2), '')
        when {{ text }} like '="%"' then nullif(substr({{ text }}, 3, length({{ text }}) - 3), '')
        when {{ text }} in ('NULL', 'null', 'None', 'NaN', 'nan', 'N/A', '#N/A', '\N', '-') then null
        else {{ text }}
    end
{%- endmacro %}
