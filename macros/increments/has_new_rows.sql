{% macro has_new_rows() %}
    {# Whether the model was just built from landed files that it had not staged before. #}
    {% if model.config.materialized != 'incremental' or should_full_refresh() %}
        {{ return(true) }}
    {% endif %}
    {% set system, table = model.sources[0] %}
    {% set files = raw_files(system, table, only_new=true) %}
    {{ return(files.parquet or files.csv) }}
{% endmacro %}
