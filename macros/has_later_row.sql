{% macro has_later_row(contract) %}
    {#
        Whether a later row of its key is among those that told_twice() tells. A row that does not say
        within what its key holds, though it may, gives way to any later row of the key: one that says
        so replaces it, and it replaces none that does.
    #}
    {%- set key, within, unsaid = [], [], [] -%}
    {%- for column in contract.columns -%}
        {%- if column.name in contract.key -%}
            {%- do key.append(column.staged_name) -%}
        {%- elif column.name in contract.unique_within -%}
            {%- do within.append(column.staged_name) -%}
            {%- if column.is_nullable -%}
                {%- do unsaid.append(column.staged_name ~ ' is null') -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ recency(key + within + ['is_contradicted']) }} > 1
    {%- if unsaid %}
        or (({{ unsaid | join(' or ') }}) and {{ recency(key + ['is_contradicted']) }} > 1)
    {%- endif -%}
{%- endmacro %}
