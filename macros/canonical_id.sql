{% macro canonical_id(text) %}
    {#
        An id as every file writes it: what a file calls 1001.0, because a column with gaps became one
        of numbers, is 1001 elsewhere.
    #}
    case
        when {{ text }} like '%.0' and {{ matches(text, '[0-9]+[.]0') }} then replace({{ text }}, '.0', '')
        else {{ text }}
    end
{%- endmacro %}
