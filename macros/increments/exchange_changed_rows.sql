{% macro exchange_changed_rows(arguments) %}
    {#
        What the strategy `changed_keys` does for a model that is computed as a whole: only rows that
        differ from those that are there are exchanged, and their keys written to meta.changed_keys
        for models that follow. `meta: changed_key` of the model is the column, `meta: key_name` an
        expression of what it is called.
    #}
    {% set target = arguments.target_relation %}
    {% set computed = arguments.temp_relation %}
    {% set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') %}
    {% set key = arguments.unique_key if arguments.unique_key is string else arguments.unique_key | join(', ') %}
    {% set meta = config.get('meta') %}
    create or replace temporary table outdated as
    select {{ columns }} from {{ target }} except select {{ columns }} from {{ computed }};
    create or replace temporary table renewed as
    select {{ columns }} from {{ computed }} except select {{ columns }} from {{ target }};
    insert into meta.changed_keys
    select distinct '{{ model.name }}', {{ meta.key_name }}, {{ meta.changed_key }}, {{ build_number() }}
    from (select * from outdated union all select * from renewed)
    where {{ meta.changed_key }} is not null;
    delete from {{ target }} where ({{ key }}) in (select ({{ key }}) from outdated);
    insert into {{ target }} ({{ columns }}) select {{ columns }} from renewed;
    drop table outdated;
    drop table renewed;
{% endmacro %}
