{% macro remember_build() %}
    {#
        Post-hook, in the transaction of its rows: an incremental model has read all changes up to
        this build; nothing for other models.
    #}
    {% if execute and model.config.materialized == 'incremental' %}
        {% set full_build = build_number() if should_full_refresh() else '(
            select full_build from meta.incremental_models where model = ' ~ "'" ~ model.name ~ "'" ~ '
        )' %}
        {% do finish_rows() %}
        {% do replace_rows('incremental_models', "
            select
                '" ~ this.schema ~ "' as schema_name,
                '" ~ model.name ~ "' as model,
                " ~ build_number() ~ " as read_to_build,
                " ~ full_build ~ " as full_build,
                (select max(fingerprint) from meta.lineage where model = '" ~ model.name ~ "')
                    as fingerprint
        ") %}
    {% endif %}
{% endmacro %}
