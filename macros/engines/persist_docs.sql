{% macro spark__persist_docs(relation, model, for_relation, for_columns) %}
    {#- Tables and views are made with their comments: see create_table_as.sql. -#}
{% endmacro %}
