{% macro remember_build() %}
    {#
        Post-hook, in the transaction of its rows: an incremental model has read all changes up to
        this build; nothing for other models.
    #}
    {% if keeps_increments() and model.config.materialized == 'incremental' %}
        {% set full_build = build_number() if should_full_refresh() else '(
            select full_build from meta.incremental_models where model = ' ~ "'" ~ model.name ~ "'" ~ '
        )' %}
        {% do run_query("
            create or replace temporary table built as
            select
                '" ~ this.schema ~ "' as schema_name,
                '" ~ model.name ~ "' as model,
                " ~ build_number() ~ " as read_to_build,
                " ~ full_build ~ " as full_build,
                (select fingerprint from meta.lineage where model = '" ~ model.name ~ "')
                    as fingerprint
        ") %}
        {% do run_query("delete from meta.incremental_models where model = '" ~ model.name ~ "'") %}
        {% do run_query('insert into meta.incremental_models select * from built') %}
    {% endif %}
{% endmacro %}
