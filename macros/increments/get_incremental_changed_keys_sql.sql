{% macro get_incremental_changed_keys_sql(arguments) %}
    {#
        dbt's strategy `changed_keys`: all rows of the keys that changed make way for the rows that
        the model gives them now, be they none. What lists the keys is a model of intermediate that
        `meta: changes` names, or else the source table that the model conforms. A model with a
        `meta: changed_key` tells models that follow which of those keys changed; without `changes`
        it is computed as a whole.
    #}
    {% set key, target = arguments.unique_key, arguments.target_relation %}
    {% set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') %}
    {% set changes = config.get('meta', {}).get('changes') %}
    {% set tells = config.get('meta', {}).get('changed_key') %}
    {% if tells and not changes %}
        {{ return(exchange_changed_rows(arguments)) }}
    {% endif %}
    {% set condition %}
        where {{ key }} in (
            select changes.{{ key }} from {{ own_changes(key) }} as changes
            where changes.changed_in_build > {{ read_to_build() }}
        )
    {% endset %}
    {% if tells %}
        {{ record_differing_keys(arguments, condition) }}
        drop table outdated;
        drop table renewed;
    {% endif %}
    delete from {{ target }} {{ condition }};
    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{% endmacro %}
