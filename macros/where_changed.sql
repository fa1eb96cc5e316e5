{% macro where_changed(key, changes, conjunction='where') %}
    {#
        Nothing in a full build; in an increment the condition that a row's key has changed since this
        model last read. `changes` holds the keys and the build in which they changed.
    #}
    {% if is_incremental() %}
        {{ conjunction }} {{ key }} in (
            select {{ key }} from {{ changes }} where changed_in_build > {{ read_to_build() }}
        )
    {% endif %}
{%- endmacro %}
