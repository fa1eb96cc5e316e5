{% macro raw_table_sql(node) %}
    {#
        The query behind a raw table's view: declared columns and load metadata of all its files. A row
        that another program put there without a place gets that of its file, so no two rows share one.
    #}
    {% set files = raw_files(node.source_name, node.name) %}
    {% set readers = [] %}
    {% if files.parquet %}
        {% do readers.append(
            'select *, filename as landed_file, file_row_number + 1 as landed_row'
            ~ ' from read_parquet(' ~ files.parquet ~ ', union_by_name = true)'
        ) %}
    {% endif %}
    {% if files.csv %}
        {% do readers.append(
            'select *, filename as landed_file, row_number() over () as landed_row'
            ~ ' from read_csv(' ~ files.csv ~ ', union_by_name = true, all_varchar = true)'
        ) %}
    {% endif %}
    {% set reader = readers | join(' union all by name ') %}
    {% set present = [] %}
    {% if readers %}
        {% set present = run_query('describe ' ~ reader).columns[0].values() | list %}
    {% endif %}
    {% set load_metadata = {
        '_loaded_at': 'timestamp', '_is_deleted': 'boolean', '_source_file': 'string', '_source_row': 'bigint'
    } %}
    {% set places = {'_source_file': 'parse_filename(landed_file)', '_source_row': 'landed_row'} %}
    {% set declared = {} %}
    {% for column in node.columns.values() %}
        {% do declared.update({column.name: column.data_type}) %}
    {% endfor %}
    {% do declared.update(load_metadata) %}
    {% set selected = [] %}
    {% for name, type in declared.items() %}
        {% set place = places.get(name) if readers %}
        {% if name not in present and place %}
            {% do selected.append(place ~ ' as "' ~ name ~ '"') %}
        {% elif name not in present %}
            {% do selected.append('cast(null as ' ~ type ~ ') as "' ~ name ~ '"') %}
        {% elif place %}
            {% do selected.append(
                'coalesce(cast("' ~ name ~ '" as ' ~ type ~ '), ' ~ place ~ ') as "' ~ name ~ '"'
            ) %}
        {% elif name in load_metadata %}
            {% do selected.append('cast("' ~ name ~ '" as ' ~ type ~ ') as "' ~ name ~ '"') %}
        {% else %}
            {% do selected.append('"' ~ name ~ '"') %}
        {% endif %}
    {% endfor %}
    {% set origin = ' from (' ~ reader ~ ') as files' if readers else ' where false' %}
    {{ return('select ' ~ selected | join(', ') ~ origin) }}
{% endmacro %}
