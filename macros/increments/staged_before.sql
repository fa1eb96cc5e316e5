{% macro staged_before(columns, superseded) %}
    {# To add to the rows of an increment: the rows staged before that it supersedes, in their new state. #}
    union all
    select
        {{ columns | map(attribute='staged_name') | join(', ') }},
        row_class,
        row_amount,
        'superseded' as row_state,
        broken_rule,
        rejected_row,
        _loaded_at,
        _source_file,
        _source_row,
        {{ build_number() }} as _changed_in_build
    from {{ this }}
    where (_source_file, _source_row) in (select _source_file, _source_row from {{ superseded }})
{%- endmacro %}
