{% macro recency(key) %}
    {# 1 for the latest landed row of a key, 2 for the one before, ... #}
    row_number() over (
        partition by {{ key | join(', ') }}
        order by _loaded_at desc, _source_file desc, _source_row desc
    )
{%- endmacro %}
