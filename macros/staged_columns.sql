{% macro staged_columns(staged) %}
    {#
        The columns that a staging model has for conforming: those of its contract if it reads landed
        rows, or else those that it has been built with. None while that is not known. Stops where
        conforming cannot do with them.
    #}
    {% set columns = [] %}
    {% if execute %}
        {% set node = graph.nodes['model.' ~ project_name ~ '.' ~ staged.identifier] %}
        {% if node.sources %}
            {% set system, table = node.sources[0] %}
            {% for column in source_contract(system, table).columns %}
                {% do columns.append(column.staged_name) %}
            {% endfor %}
            {% do columns.extend(['_source_file', '_source_row']) %}
        {% else %}
            {% for column in adapter.get_columns_in_relation(staged) %}
                {% do columns.append(column.name) %}
            {% endfor %}
        {% endif %}
    {% endif %}
    {% if columns %}
        {% do require_conformable(staged.identifier, columns) %}
    {% endif %}
    {{ return(columns) }}
{% endmacro %}
