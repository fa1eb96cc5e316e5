{% macro quarantine_sql(system, table, landed, staged) %}
    {#
        The rows of a source table in quarantine, by the name of the file that was delivered and their
        place in it; `staged` is the model that knows the fate of each. What a file was called, all of
        its rows say: the first is asked.
    #}
    {% set key, contract = [], source_contract(system, table) %}
    {% for column in contract.columns if column.name in contract.key %}
        {% do key.append('cast(rejected.' ~ column.staged_name ~ ' as ' ~ dbt.type_string() ~ ')') %}
    {% endfor %}
    select
        '{{ system }}' as source_system,
        '{{ table }}' as source_table,
        rejected.broken_rule,
        rejected._source_file as source_file,
        rejected._source_row as source_row,
        rejected._loaded_at as loaded_at,
        rejected.rejected_row as raw_row,
        {{ "concat_ws('-', " ~ key | join(', ') ~ ')' if key else "''" }} as row_key,
        coalesce(delivered._delivered_file, rejected._source_file) as delivered_file
    from {{ staged }} as rejected
    left join (
        select _source_file, _delivered_file
        from {{ landed }}
        where _source_row = 1
    ) as delivered on rejected._source_file = delivered._source_file
    where rejected.row_state = 'quarantined'
{% endmacro %}
