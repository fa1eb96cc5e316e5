{% macro quarantine_by_rule_sql() %}
    {#
        What broke its contract, by source table and rule: how many rows, the last five to come by name, and
        what mends them.
    #}
    {% set steps = [
        ('% comes twice %', 'Export the row that holds, alone, and land it again.'),
        ('% has lost digits%', 'Export the column as text, and land it again.'),
        ('% is none of %', 'Correct the value, or add it to the contract, and land it again.'),
        ('% is beyond %', 'Correct the value, or its limit in the contract, and land it again.'),
        ('% is below %', 'Correct the value, or its limit in the contract, and land it again.'),
        ('% is not a%', 'Write the value as docs/sources.md lists it, and land it again.'),
    ] %}
    select
        source_system,
        source_table,
        broken_rule,
        count(*) as row_count,
        {{ dbt.listagg(
            "case when place <= 5 then concat("
            ~ "case when row_key = '' then '' else concat(row_key, ' ') end, "
            ~ "'(', delivered_file, ':', source_row, ')') end",
            "'; '",
            'order by place'
        ) }} as named,
        case
            {% for pattern, step in steps %}when broken_rule like '{{ pattern }}' then '{{ step }}'
            {% endfor %}else 'Correct the row where it came from, and land it again.'
        end as next_step
    from (
        select
            *,
            row_number() over (
                partition by source_system, source_table, broken_rule
                order by loaded_at desc, source_file, source_row
            ) as place
        from meta.quarantine
    ) as placed
    group by source_system, source_table, broken_rule
{% endmacro %}
