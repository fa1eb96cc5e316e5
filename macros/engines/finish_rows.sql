{% macro finish_rows() %}
    {# After rows of an incremental model are written: what DuckDB does by itself. #}
    {{ return(adapter.dispatch('finish_rows')()) }}
{% endmacro %}

{% macro default__finish_rows() %}{% endmacro %}

{% macro spark__finish_rows() %}
    {# Holds the constraints of what an increment left, and clears its work tables away. #}
    {% if not should_full_refresh() %}
        {% do persist_constraints(this, model) %}
    {% endif %}
    {% for name in ['renewed', 'outdated'] %}
        {% do run_query('drop table if exists ' ~ work_table(name)) %}
    {% endfor %}
{% endmacro %}
