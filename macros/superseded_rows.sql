{% macro superseded_rows(landed, contract, broken_rule) %}
    {#
        The sound rows of a landed table of which a later row of the same key has landed, by their
        place. Only rows of keys that came more than once are looked at, put in order and kept in
        memory, so that is what bounds it, not the table.
    #}
    {% if is_incremental() %}
        {{ return(newly_superseded_rows(landed, contract, broken_rule)) }}
    {% endif %}
    {% set key = [] %}
    {% for column in contract.columns if column.name in contract.key %}
        {% do key.append(contract_cast(column) | trim) %}
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

    ruled as (
        select *, {{ broken_rule }} as broken_rule from repeated
    )

    select
        _source_file,
        _source_row,
        true as is_superseded
    from ruled
    where broken_rule is null
    qualify {{ recency(key) }} > 1
{% endmacro %}
