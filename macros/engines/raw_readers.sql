{% macro raw_readers(node, landed) %}
    {#
        What reads the landed files of a source table: for each format that landed `origin`, the
        `columns` that it has, and the SQL of a row's `file` and `row`. `landed` says which files: of
        raw_files() on DuckDB, by default all; of landed_files() on Spark.
    #}
    {{ return(adapter.dispatch('raw_readers')(node, landed)) }}
{% endmacro %}

{% macro default__raw_readers(node, landed) %}
    {% set files = landed or raw_files(node.source_name, node.name) %}
    {% set readers = [] %}
    {% if files.parquet %}
        {% do readers.append({
            'origin': 'read_parquet(' ~ files.parquet ~ ', union_by_name = true)',
            'row': 'file_row_number + 1',
        }) %}
    {% endif %}
    {# Each by itself, for a CSV file's rows are numbered as they are read. #}
    {% for file in files.csv %}
        {% do readers.append({
            'origin': "read_csv('" ~ file ~ "', all_varchar = true)", 'row': 'row_number() over ()',
        }) %}
    {% endfor %}
    {% for reader in readers %}
        {% set columns = run_query('describe select * from ' ~ reader.origin).columns[0].values() %}
        {% do reader.update({'columns': columns, 'file': 'parse_filename(filename)'}) %}
    {% endfor %}
    {{ return(readers) }}
{% endmacro %}

{% macro spark__raw_readers(node, landed) %}
    {# Spark reads the files of a folder as a table; a CSV file is one of its own, for its header's sake. #}
    {% set table = node.schema ~ '.' ~ node.identifier %}
    {% set readers = [] %}
    {% set folder = '/raw/' ~ node.source_name ~ '/' ~ node.name ~ '/' %}
    {% set files = {'parquet': [], 'csv': []} %}
    {% for file in landed if file.rpartition('/')[0].endswith(folder.rstrip('/')) %}
        {% do files.get(file.rpartition('.')[2], []).append(file) %}
    {% endfor %}
    {% for file in files.parquet[:1] %}
        {% do readers.append(dict(landed_table(table ~ '__parquet', 'parquet', {
            'path': file.rpartition('/')[0], 'pathGlobFilter': '*.parquet',
            'mergeSchema': 'true' if files.parquet | length > 1 else 'false',
        }), row='_metadata.row_index + 1')) %}
    {% endfor %}
    {% for file in files.csv %}
        {% do readers.append(dict(landed_table(table ~ '__csv_' ~ loop.index, 'csv', {
            'path': file, 'header': 'true', 'multiLine': 'true', 'escape': '"',
        }), row='row_number() over (order by monotonically_increasing_id())')) %}
    {% endfor %}
    {{ return(readers) }}
{% endmacro %}
