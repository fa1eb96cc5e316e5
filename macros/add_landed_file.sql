{% macro add_landed_file(found, path, modified_at) %}
    {# Adds a landed file to those of its raw table, as raw_files() gives them. #}
    {% set format = 'parquet' if path.endswith('.parquet') else 'csv' %}
    {% do found.setdefault(format, []).append(path) %}
    {% do found.setdefault('modified', {}).update({path: modified_at}) %}
{% endmacro %}
