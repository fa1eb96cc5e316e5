{% macro record_changed_keys() %}
    {#
        Of record_staged_rows(): after an increment of what stage_contract() made, writes to
        meta.changed_keys the values that rows which came or changed have in the traced columns of
        their contract. A full build needs none, because everything after it is built in full too.
    #}
    {% if execute and not should_full_refresh() and has_new_rows() %}
        {% set system, table = model.sources[0] %}
        {% set queries = [] %}
        {% for column in source_contract(system, table).columns if column.is_traced %}
            {% do queries.append("
                select distinct
                    '" ~ table ~ "' as source_table,
                    '" ~ column.name ~ "' as key_name,
                    '" ~ system ~ ":' || " ~ column.staged_name ~ " as changed_key,
                    _changed_in_build as changed_in_build
                from " ~ this ~ "
                where
                    _changed_in_build = " ~ build_number() ~ "
                    and " ~ column.staged_name ~ " is not null
            ") %}
        {% endfor %}
        {% if queries %}
            {% do add_changed_keys(queries | join(' union all ')) %}
        {% endif %}
    {% endif %}
{% endmacro %}
