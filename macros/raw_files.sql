{% macro raw_files(system, table) %}
    {# The landed files of a raw table: a list of paths for each format, empty where none landed. #}
    {% set folder = env_var('EMPORIUM_DATA', 'data') ~ '/raw/' ~ system ~ '/' ~ table %}
    {% set found = {} %}
    {% for format in ['parquet', 'csv'] %}
        {% set query %}select file from glob('{{ folder }}/*.{{ format }}') order by file{% endset %}
        {% do found.update({format: run_query(query).columns[0].values() | list}) %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}
