{% macro read_values(columns, landed) %}
    {#
        Landed rows with the text and the typed value of each column beside them, under the names that
        landed_types() gives: reckoned once, and named by all that asks for them. Written out in each
        rule, planning a query would take longer than running it.
    #}
    {% set texts, values = [], [] %}
    {% for column in columns %}
        {% if column.data_type == 'string' or column.is_text %}
            {% do texts.append(landed_text(column) ~ ' as ' ~ column.text) %}
        {% endif %}
        {% do values.append(contract_cast(column) ~ ' as ' ~ column.value) %}
    {% endfor %}
    select *, {{ values | join(', ') }}
    from (select {{ (['*'] + texts) | join(', ') }} from {{ landed }}) as read
{%- endmacro %}
