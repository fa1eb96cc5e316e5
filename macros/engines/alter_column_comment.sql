{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {#
        A contract has said which columns there are; dbt-duckdb would look them up, which costs as much
        as a small table.
    #}
    {% for column in column_dict.values() %}
        comment on column {{ relation }}.{{ adapter.quote(column.name) }}
        is {{ duckdb_escape_comment(column.description) }};
    {% endfor %}
{% endmacro %}
