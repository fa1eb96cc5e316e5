{% macro replace_rows(table, query) %}
    {#
        Puts the rows of a query, which may read the table, in the place of those that the running
        model has in a table of meta.
    #}
    {{ return(adapter.dispatch('replace_rows')(table, query)) }}
{% endmacro %}

{% macro default__replace_rows(table, query) %}
    {% do run_statements([
        'create or replace temporary table replaced_rows as ' ~ query,
        'delete from meta.' ~ table ~ " where model = '" ~ model.name ~ "'",
        'insert into meta.' ~ table ~ ' by name select * from replaced_rows',
    ]) %}
{% endmacro %}

{% macro spark__replace_rows(table, query) %}
    {% do run_query('insert overwrite table meta.' ~ table ~ ' by name ' ~ query) %}
{% endmacro %}
