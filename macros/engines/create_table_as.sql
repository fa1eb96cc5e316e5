{% macro spark__create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {#
        Spark sets comments of columns one statement each, and of Parquet tables dbt sets none. A view
        names them all at once, and a table made from it inherits them.
    #}
    {%- if temporary -%}
        {{ create_temporary_view(relation, with_row_partition(compiled_code)) }}
    {%- else -%}
        {% set columns = model.columns | list %}
        {% if config.get('contract').enforced %}
            {{ get_assert_columns_equivalent(compiled_code) }}
            {% set compiled_code = get_select_subquery(compiled_code) %}
        {% elif execute %}
            {% set columns = get_columns_in_query(compiled_code) %}
        {% endif %}
        {% set documented = relation.identifier ~ '__documented' %}
        {% do run_query(
            'create or replace temporary view ' ~ documented
            ~ ' (' ~ get_persist_docs_column_list(model.columns, columns) ~ ') as ' ~ compiled_code
        ) %}
        {% set rows = 'select * from ' ~ documented %}
        {% set is_incremental = model.config.materialized == 'incremental' %}
        {% if is_incremental %}
            {% do mark_unfinished() %}
            {% set rows = 'select /*+ rebalance(row_partition) */ * from (' ~ with_row_partition(rows) ~ ')' %}
        {% endif %}
        create table {{ relation }}
        {{ file_format_clause() }}
        {{ 'partitioned by (row_partition)' if is_incremental }}
        {{ location_clause() }}
        {{ comment_clause() }}
        as {{ rows }}
    {%- endif -%}
{%- endmacro %}
