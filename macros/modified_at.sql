{% macro modified_at(files) %}
    {# When the file of a row was last changed, on DuckDB: an SQL expression over its `filename`. #}
    {% set times = [] %}
    {% for path, time in files.modified.items() %}
        {% do times.append("when '" ~ path ~ "' then timestamp '" ~ time ~ "'") %}
    {% endfor %}
    {{ return('case filename ' ~ times | join(' ') ~ ' end') }}
{% endmacro %}
