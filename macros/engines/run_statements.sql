{% macro run_statements(statements) %}
    {#
        Runs statements one after the other, and returns what the last one says. DuckDB takes them all
        at once: sending one costs more than most of them do.
    #}
    {{ return(adapter.dispatch('run_statements')(statements)) }}
{% endmacro %}

{% macro default__run_statements(statements) %}
    {% if statements %}
        {{ return(run_query(statements | join(';\n'))) }}
    {% endif %}
{% endmacro %}

{% macro spark__run_statements(statements) %}
    {% set said = [] %}
    {% for statement in statements %}
        {% do said.append(run_query(statement)) %}
    {% endfor %}
    {{ return(said | last) }}
{% endmacro %}
