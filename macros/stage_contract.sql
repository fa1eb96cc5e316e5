{% macro stage_contract(system, table, row_class=none, row_amount=none, rules=[]) %}
    {#
        The model of a source table as its contract says: every landed row, typed as declared,
        with the first rule that it breaks and what became of it. `rules` adds to those of the
        columns: a list of {rule, when}, over landed values.
    #}
    {% set contract = source_contract(system, table) %}
    {% if not contract or not has_landed(system, table) %}
        {{ return(no_staged_rows(contract.columns if contract else [], source(system, table))) }}
    {% endif %}
    {% do contract.update({'columns': landed_types(source(system, table), contract.columns)}) %}
    {% set columns, broken_rule = contract.columns, first_broken_rule(contract.columns, rules) %}
    with

    landed as (
        select
            {% for column in columns %}
                {{ hash_personal(column.name) if column.is_personal else column.name }}
                as {{ column.staged_name }},
            {% endfor %}
            _loaded_at, _is_deleted, _source_file, _source_row
        from {{ landed_rows(system, table) }}
    ),

    -- Read three times and never kept: twice only its key is wanted.
    valued as {{ cte_hint(is_kept=false) }} ({{ read_values(columns, 'landed') }}),

    superseded as ({{ superseded_rows('valued', contract, broken_rule) }}),

    ruled as (
        select
            valued.*, superseded.is_superseded,
            case when superseded.is_contradicted then '{{ contradiction(contract.key) }}'
                else {{ broken_rule }} end as broken_rule
        from valued
        left join superseded using (_source_file, _source_row)
    ),

    typed as (
        select
            {% for column in columns %}
                {{ column.value }} as {{ column.staged_name }},
            {% endfor %}
            is_superseded,
            broken_rule,
            case when broken_rule is not null then {{ json_of(columns) }} end as rejected_row,
            _loaded_at, _is_deleted, _source_file, _source_row
        from ruled
    )

    select
        {{ columns | map(attribute='staged_name') | join(', ') }},
        {{ row_class or 'cast(null as string)' }} as row_class,
        try_cast({{ row_amount or 'null' }} as decimal(18, 2)) as row_amount,
        {{ row_state('is_superseded') }} as row_state,
        broken_rule, rejected_row, _loaded_at, _source_file, _source_row,
        {{ build_number() }} as _changed_in_build
    from typed
    {{ staged_before(columns, 'superseded') if is_incremental() }}
{% endmacro %}
