{% macro get_incremental_changed_keys_sql(arguments) %}
    {#
        dbt's strategy `changed_keys`: all rows of the keys that changed make way for the rows that
        the model gives them now, be they none. `meta: changes` of the model names what lists the keys.
    #}
    {% set key = arguments.unique_key %}
    {% set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') %}
    {% set changes = arguments.target_relation.incorporate(
        path={'schema': 'intermediate', 'identifier': config.get('meta').changes}, type='view'
    ) %}
    delete from {{ arguments.target_relation }}
    where {{ key }} in (
        select {{ key }} from {{ changes }} where changed_in_build > {{ read_to_build() }}
    );
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{% endmacro %}
