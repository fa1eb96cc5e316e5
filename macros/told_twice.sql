{% macro told_twice(landed, contract, broken_rule) %}
    {#
        The sound rows of some landed ones, as the common table expression `told`: their key, within
        what it holds, and their place, and whether another row of the key, in the same load of the
        same file, says something else. Of two such rows nobody knows which one holds; what a file
        says twice in the same words is said.
    #}
    {% set key, names, said = [], [], [] %}
    {% for column in contract.columns %}
        {% do said.append(column.staged_name) %}
        {% if column.name in contract.key + contract.unique_within %}
            {% do names.append(column.staged_name) %}
            {% do key.append(column.value ~ ' as ' ~ column.staged_name) %}
        {% endif %}
    {% endfor %}
    {% set load = 'partition by ' ~ names | join(', ') ~ ', _source_file, _loaded_at' %}
    sound as (
        select *
        from (select *, {{ broken_rule }} as broken_rule from {{ landed }}) as ruled
        where broken_rule is null
    ),

    named as (
        select
            {{ key | join(', ') }},
            _loaded_at,
            _source_file,
            _source_row,
            {{ row_hash((said + ['coalesce(_is_deleted, false)']) | join(', ')) | trim }} as said
        from sound
    ),

    told as (
        select
            {{ names | join(', ') }},
            _loaded_at,
            _source_file,
            _source_row,
            {{ 'false' if contract.is_log else 'min(said) over (' ~ load ~ ') != max(said) over (' ~ load ~ ')' }}
                as is_contradicted
        from named
    )
{%- endmacro %}
