{% macro newly_superseded_rows(landed, contract, broken_rule) %}
    {#
        The sound rows, by their place, that an increment supersedes: rows that have landed now and
        those staged before, as long as they were the latest of their key, of which a later row of
        the same key is among them; and rows that have landed now and contradict each other.
    #}
    {% set key, names = [], ['_loaded_at', '_source_file', '_source_row'] %}
    {% for column in contract.columns if column.name in contract.key + contract.unique_within %}
        {% do names.append(column.staged_name) %}
        {% if column.name in contract.key %}
            {% do key.append(column.staged_name) %}
        {% endif %}
    {% endfor %}
    {% set key, names = key | join(', '), names | join(', ') %}
    with

    {{ told_twice(landed, contract, broken_rule) }},

    arrived as {{ cte_hint(is_kept=true) }} (
        select {{ names }}, is_contradicted from told
    ),

    present as (
        select {{ names }}, false as is_contradicted
        from {{ this }}
        where
            row_state in ('valid', 'deleted')
            and ({{ key }}) in (select {{ key }} from arrived where not is_contradicted)
    ),

    candidates as (
        select * from arrived
        union all
        select * from present
    )

    select
        _source_file,
        _source_row,
        is_contradicted,
        not is_contradicted as is_superseded
    from candidates
    qualify is_contradicted or {{ has_later_row(contract) }}
{% endmacro %}
