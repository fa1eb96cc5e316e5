{% macro raw_table_sql(node, files, new_files=none) %}
    {#
        The query behind a raw table's view: declared columns and load metadata of landed files. A row
        that another program put there without a place gets that of its file, so no two rows share one.
    #}
    {% set load_metadata = {
        '_loaded_at': 'timestamp', '_is_deleted': 'boolean', '_source_file': 'string', '_source_row': 'bigint'
    } %}
    {% set declared = {} %}
    {% for column in node.columns.values() %}
        {% do declared.update({column.name: column.data_type}) %}
    {% endfor %}
    {% do declared.update(load_metadata) %}
    {% set readers = raw_readers(node, files, new_files) %}
    {% set queries = [] %}
    {% for reader in readers or [{'columns': []}] %}
        {% set places = {'_source_file': reader.file, '_source_row': reader.row} if readers else {} %}
        {% set selected = [] %}
        {% for name, type in declared.items() %}
            {% set column = adapter.quote(name) %}
            {% set value = column if name in reader.columns else 'cast(null as ' ~ type ~ ')' %}
            {% if name in load_metadata %}
                {% set value = 'cast(' ~ value ~ ' as ' ~ type ~ ')' %}
            {% elif readers | length > 1 %}
                {# What one file has as a number may be text in another. #}
                {% set value = 'cast(' ~ value ~ ' as string)' %}
            {% endif %}
            {% if name in places %}
                {% set value = 'coalesce(' ~ value ~ ', ' ~ places[name] ~ ')' %}
            {% endif %}
            {% do selected.append(value ~ ' as ' ~ column) %}
        {% endfor %}
        {% do queries.append(
            'select ' ~ selected | join(', ') ~ (' from ' ~ reader.origin if readers else ' where false')
        ) %}
    {% endfor %}
    {{ return(queries | join(' union all ')) }}
{% endmacro %}
