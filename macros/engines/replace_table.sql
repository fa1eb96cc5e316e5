{% macro replace_table(name, query) %}
    {# Makes a table anew from a query. #}
    {{ return(adapter.dispatch('replace_table')(name, query)) }}
{% endmacro %}

{% macro default__replace_table(name, query) %}
    {% do run_query('create or replace table ' ~ name ~ ' as ' ~ query) %}
{% endmacro %}

{% macro spark__replace_table(name, query) %}
    {# Tables of Parquet files cannot be replaced in one statement. #}
    {% do run_query('drop table if exists ' ~ name) %}
    {% do run_query('create table ' ~ name ~ ' as ' ~ query) %}
{% endmacro %}
