{% macro exchange_changed_rows(arguments) %}
    {#
        What the strategy `changed_keys` does for a model that is computed as a whole: only rows that
        differ from those that are there are exchanged, and their keys recorded for models that follow.
    #}
    {% set target = arguments.target_relation %}
    {% set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') %}
    {% set key = arguments.unique_key if arguments.unique_key is string else arguments.unique_key | join(', ') %}
    {{ record_differing_keys(arguments) }}
    delete from {{ target }} where ({{ key }}) in (select ({{ key }}) from outdated);
    insert into {{ target }} ({{ columns }}) select {{ columns }} from renewed;
    drop table outdated;
    drop table renewed;
{% endmacro %}
