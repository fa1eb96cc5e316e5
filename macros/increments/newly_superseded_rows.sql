{% macro newly_superseded_rows(landed, contract, broken_rule) %}
    {#
        The sound rows, by their place, that an increment supersedes: rows that have landed now and
        those staged before, as long as they were the latest of their key, of which a later row of
        the same key is among them.
    #}
    {% set key = [] %}
    {% set staged_key = [] %}
    {% for column in contract.columns if column.name in contract.key %}
        {% do staged_key.append(column.staged_name) %}
        {% do key.append((contract_cast(column) | trim) ~ ' as ' ~ column.staged_name) %}
    {% endfor %}
    {% set place = '_loaded_at, _source_file, _source_row' %}
    {% set key_names = staged_key | join(', ') %}
    with

    ruled as (
        select {{ key | join(', ') }}, {{ place }}, {{ broken_rule }} as broken_rule from {{ landed }}
    ),

    arrived as {{ cte_hint(is_kept=true) }} (
        select {{ key_names }}, {{ place }} from ruled where broken_rule is null
    ),

    present as (
        select {{ key_names }}, {{ place }}
        from {{ this }}
        where
            row_state in ('valid', 'deleted')
            and ({{ key_names }}) in (select {{ key_names }} from arrived)
    ),

    candidates as (
        select * from arrived
        union all
        select * from present
    )

    select
        _source_file,
        _source_row,
        true as is_superseded
    from candidates
    qualify {{ recency(staged_key) }} > 1
{% endmacro %}
