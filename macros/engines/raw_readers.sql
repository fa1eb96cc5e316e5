{% macro raw_readers(node, landed) %}
    {#
        What reads the landed files of a source table: for each format that landed `origin`, the
        `columns` that it has, and the SQL of a row's `file` and `row`. `landed` is of landed_files().
    #}
    {{ return(adapter.dispatch('raw_readers')(node, landed)) }}
{% endmacro %}

{% macro default__raw_readers(node, landed) %}
    {% set folder = env_var('EMPORIUM_DATA', 'data') ~ '/raw/' ~ node.source_name ~ '/' ~ node.name %}
    {% set formats = {
        'parquet': ['read_parquet', 'union_by_name = true', 'file_row_number + 1'],
        'csv': ['read_csv', 'union_by_name = true, all_varchar = true', 'row_number() over ()'],
    } %}
    {% set readers = [] %}
    {% for format, (function, options, row) in formats.items() %}
        {% set query %}select file from glob('{{ folder }}/*.{{ format }}') order by file{% endset %}
        {% set files = run_query(query).columns[0].values() | list %}
        {% if files %}
            {% set origin = function ~ '(' ~ files ~ ', ' ~ options ~ ')' %}
            {% set columns = run_query('describe select * from ' ~ origin).columns[0].values() %}
            {% do readers.append({
                'origin': origin, 'columns': columns, 'file': 'parse_filename(filename)', 'row': row,
            }) %}
        {% endif %}
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
