{% macro mark_unfinished() %}
    {#
        Before rows of an incremental model are written: should the build be killed, the next one
        makes the model anew. On DuckDB a transaction sees to that, on Spark an empty fingerprint.
    #}
    {{ return(adapter.dispatch('mark_unfinished')()) }}
{% endmacro %}

{% macro default__mark_unfinished() %}{% endmacro %}

{% macro spark__mark_unfinished() %}
    {% do replace_rows('incremental_models', "
        select schema_name, read_to_build, full_build, '' as fingerprint, model
        from meta.incremental_models
        where model = '" ~ model.name ~ "'
    ") %}
{% endmacro %}
