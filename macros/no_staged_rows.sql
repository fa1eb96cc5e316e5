{% macro no_staged_rows(columns, landed) %}
    {# What stage_contract() makes of a table of which nothing has landed: its columns. #}
    select
        {% for column in columns %}
            cast(null as {{ column.data_type }}) as {{ column.staged_name }},
        {% endfor %}
        cast(null as string) as row_class, cast(null as decimal(18, 2)) as row_amount,
        cast(null as string) as row_state, cast(null as string) as broken_rule,
        cast(null as string) as rejected_row, cast(null as timestamp) as _loaded_at,
        cast(null as string) as _source_file, cast(null as bigint) as _source_row,
        {{ build_number() }} as _changed_in_build
    from {{ landed }}
    where false
{% endmacro %}
