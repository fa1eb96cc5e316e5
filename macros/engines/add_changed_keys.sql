{% macro add_changed_keys(query) %}
    {# Adds to meta.changed_keys what a query of its columns finds. #}
    {{ return(adapter.dispatch('add_changed_keys')(query)) }}
{% endmacro %}

{% macro default__add_changed_keys(query) %}
    {% do run_query('insert into meta.changed_keys by name ' ~ query) %}
{% endmacro %}

{% macro spark__add_changed_keys(query) %}
    {% do run_query("
        insert overwrite table meta.changed_keys by name
        select *, concat_ws(' ', '" ~ model.name ~ "', changed_in_build) as written_by
        from (" ~ query ~ ') as keys
    ') %}
{% endmacro %}
