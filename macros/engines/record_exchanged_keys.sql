{% macro record_exchanged_keys(going, coming) %}
    {#
        On Spark, what record_differing_keys() does on DuckDB: writes the keys of rows that an increment
        takes away or brings to meta.changed_keys. Both queries have the same columns.
    #}
    {% set meta = config.get('meta') %}
    {% do add_changed_keys("
        select distinct
            '" ~ model.name ~ "' as source_table,
            " ~ meta.key_name ~ " as key_name,
            " ~ meta.changed_key ~ " as changed_key,
            " ~ build_number() ~ " as changed_in_build
        from (
            ((" ~ going ~ ") except (" ~ coming ~ "))
            union all
            ((" ~ coming ~ ") except (" ~ going ~ "))
        ) as differing
        where " ~ meta.changed_key ~ " is not null
    ") %}
{% endmacro %}
