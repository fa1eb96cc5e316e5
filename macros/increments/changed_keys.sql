{% macro changed_keys(table, key) %}
    {#
        A subquery: the values of a traced key column of a source table that rows had which came or
        changed, with the build in which they did, as far back as a model has not read them.
    #}
    (
        select changed_key as {{ key }}, changed_in_build
        {% if execute %}
            from meta.changed_keys
            where source_table = '{{ table }}' and key_name = '{{ key }}'
        {% else %}
            from (select cast(null as {{ dbt.type_string() }}) as changed_key, 0 as changed_in_build) as none
            where false
        {% endif %}
    )
{%- endmacro %}
