{% macro outdated_keys(key, columns, renewed) %}
    {#
        On Spark, a query of the keys whose rows an increment exchanges: of a staging model the places of
        its `renewed` rows, of a model that is computed as a whole the keys of rows that differ, of all
        others the keys that changed since it last read.
    #}
    {% set meta = config.get('meta', {}) %}
    {% if '_source_file' in key %}
        select {{ key }} from {{ renewed }}
    {% elif meta.get('changed_key') and not meta.get('changes') %}
        select distinct {{ key }}
        from (
            (select {{ columns }} from {{ this }} except select {{ columns }} from {{ renewed }})
            union all
            (select {{ columns }} from {{ renewed }} except select {{ columns }} from {{ this }})
        ) as differing
    {% else %}
        select distinct {{ key }}
        from {{ own_changes(key) }} as changes
        where changed_in_build > {{ read_to_build() }}
    {% endif %}
{%- endmacro %}
