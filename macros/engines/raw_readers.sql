{% macro raw_readers(node, files, new_files) %}
    {#
        What reads the landed files of a source table: for each format that landed `origin`, its
        `columns`, and the SQL of a row's `file` and `row` and of when the file was `modified`. Of
        `files` as raw_files() gives them, or of those of them alone that are `new_files`.
    #}
    {{ return(adapter.dispatch('raw_readers')(node, files, new_files)) }}
{% endmacro %}

{% macro default__raw_readers(node, files, new_files) %}
    {% set files, readers = new_files or files, [] %}
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
        {% do reader.update(columns=columns, file='parse_filename(filename)', modified=modified_at(files)) %}
    {% endfor %}
    {{ return(readers) }}
{% endmacro %}

{% macro spark__raw_readers(node, files, new_files) %}
    {#
        Spark reads the files of a folder as a table; a CSV file is one of its own, for its header's
        sake. New files are some of what such a table has.
    #}
    {% set table, readers = node.schema ~ '.' ~ node.identifier, [] %}
    {% set wanted = new_files or files %}
    {% if wanted.parquet %}
        {% set names = [] %}
        {% for file in wanted.parquet %}
            {% do names.append("'" ~ file.rpartition('/')[2] | replace("'", "''") ~ "'") %}
        {% endfor %}
        {% do readers.append(dict(landed_table(table ~ '__parquet', 'parquet', {
            'path': files.parquet[0].rpartition('/')[0], 'pathGlobFilter': '*.parquet',
            'mergeSchema': 'true' if files.parquet | length > 1 else 'false',
        }, is_there=new_files), row='_metadata.row_index + 1')) %}
        {% if new_files %}
            {% set chosen = ' where _metadata.file_name in (' ~ names | join(', ') ~ ')' %}
            {% do readers[0].update({'origin': readers[0].origin ~ chosen}) %}
        {% endif %}
    {% endif %}
    {% for file in wanted.csv %}
        {% set name = table ~ '__csv_' ~ files.csv.index(file) %}
        {% do readers.append(dict(landed_table(name, 'csv', {
            'path': file, 'header': 'true', 'multiLine': 'true', 'escape': '"',
        }, is_there=new_files), row='row_number() over (order by monotonically_increasing_id())')) %}
    {% endfor %}
    {{ return(readers) }}
{% endmacro %}
