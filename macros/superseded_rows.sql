{% macro superseded_rows(landed, contract, broken_rule) %}
    {#
        The sound rows of a landed table, by their place, of which a later row of the same key has
        landed, or that another row of the key in the same load of the same file contradicts. Only
        rows of keys that came more than once are looked at, put in order and kept in memory, so that
        is what bounds it, not the table.
    #}
    {% if is_incremental() %}
        {{ return(newly_superseded_rows(landed, contract, broken_rule)) }}
    {% endif %}
    {% set key = [] %}
    {% for column in contract.columns if column.name in contract.key %}
        {% do key.append(column.value) %}
    {% endfor %}
    with

    repeated as {{ cte_hint(is_kept=true) }} (
        select *
        from {{ landed }}
        where ({{ key | join(', ') }}) in (
            select {{ key | join(', ') }}
            from {{ landed }}
            group by all
            having count(*) > 1
        )
    ),

    {{ told_twice('repeated', contract, broken_rule) }}

    select
        _source_file,
        _source_row,
        is_contradicted,
        not is_contradicted as is_superseded
    from told
    qualify is_contradicted or {{ has_later_row(contract) }}
{% endmacro %}
