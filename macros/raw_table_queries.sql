{% macro raw_table_queries(node, files, new_files=none) %}
    {#
        The queries behind a raw table's view: declared columns and load metadata of landed files. A row
        is known by the file that landed and its place in it, so no two rows share one, whatever their
        files were called when they came. What another program put there was loaded when that wrote it.
    #}
    {% set load_metadata = {
        '_loaded_at': 'timestamp', '_is_deleted': 'boolean', '_source_file': 'string',
        '_source_row': 'bigint', '_delivered_file': 'string'
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
        {# What a landed file calls its source is the name under which that was delivered. #}
        {% set stored = {'_delivered_file': '_source_file'} %}
        {% set selected = [] %}
        {% for name, type in declared.items() %}
            {% set column, found = adapter.quote(name), stored.get(name, name) %}
            {% set value = adapter.quote(found) if found in reader.columns else 'cast(null as ' ~ type ~ ')' %}
            {% if name in places %}
                {% set value = places[name] %}
            {% elif name in load_metadata %}
                {% set value = 'cast(' ~ value ~ ' as ' ~ type ~ ')' %}
                {% if name == '_loaded_at' and readers %}
                    {% set value = 'coalesce(' ~ value ~ ', cast(' ~ reader.modified ~ ' as timestamp))' %}
                {% endif %}
            {% elif readers | length > 1 %}
                {# What one file has as a number may be text in another. #}
                {% set value = 'cast(' ~ value ~ ' as string)' %}
            {% endif %}
            {% do selected.append(value ~ ' as ' ~ column) %}
        {% endfor %}
        {% do queries.append(
            'select ' ~ selected | join(', ') ~ (' from ' ~ reader.origin if readers else ' where false')
        ) %}
    {% endfor %}
    {{ return(queries) }}
{% endmacro %}
