{% macro spark__load_csv_rows(model, agate_table) %}
    {# dbt's own body does not escape quotes, in process at least. #}
    {% set types = model['config'].get('column_types', {}) %}
    {% set rows = [] %}
    {% for row in agate_table.rows %}
        {% set values = [] %}
        {% for column in agate_table.column_names %}
            {% set value = row[column] %}
            {% set type = types.get(column, adapter.convert_type(agate_table, loop.index0)) %}
            {% set literal = 'null' if value is none else "'" ~ value | string | replace("'", "''") ~ "'" %}
            {% do values.append('cast(' ~ literal ~ ' as ' ~ type ~ ')') %}
        {% endfor %}
        {% do rows.append('(' ~ values | join(', ') ~ ')') %}
    {% endfor %}
    {% set sql = 'insert into ' ~ this ~ ' values ' ~ rows | join(', ') %}
    {% if rows %}
        {% do adapter.add_query(sql, abridge_sql_log=True) %}
    {% endif %}
    {{ return(sql) }}
{% endmacro %}
