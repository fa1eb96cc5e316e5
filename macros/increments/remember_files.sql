{% macro remember_files() %}
    {#
        Of record_staged_rows(), in the transaction of the rows: which landed files they are of.
    #}
    {% if execute %}
        {% set system, table = model.sources[0] %}
        {% do replace_rows('staged_files', "
            select
                '" ~ model.name ~ "' as model,
                source_system,
                source_table,
                landed_file,
                file_bytes,
                modified_at
            from meta.landed_files
            where source_system = '" ~ system ~ "' and source_table = '" ~ table ~ "'
        ") %}
    {% endif %}
{% endmacro %}
