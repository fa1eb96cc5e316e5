{% macro has_new_rows() %}
    {# Whether the model was just built from landed files that it had not staged before. #}
    {% set system, table = model.sources[0] %}
    {% if model.config.materialized != 'incremental' or should_full_refresh() %}
        {{ return(has_landed(system, table)) }}
    {% endif %}
    {% set files = raw_files(system, table, only_new=true) %}
    {{ return(files.parquet or files.csv) }}
{% endmacro %}
