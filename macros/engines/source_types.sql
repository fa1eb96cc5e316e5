{% macro source_types(node) %}
    {# The types in which the landed files of a source table bring its columns, as text. #}
    {{ return(adapter.dispatch('source_types')(node)) }}
{% endmacro %}

{% macro default__source_types(node) %}
    {% set query %}
        select string_agg(data_type, ' ' order by column_index)
        from duckdb_columns()
        where schema_name = '{{ node.schema }}' and table_name = '{{ node.identifier }}'
    {% endset %}
    {{ return(run_query(query).columns[0].values()[0]) }}
{% endmacro %}

{% macro spark__source_types(node) %}
    {% set columns = run_query('describe ' ~ node.schema ~ '.' ~ node.identifier) %}
    {{ return(columns.columns[1].values() | join(' ')) }}
{% endmacro %}
