{% macro where_changed(key, changes, conjunction='where', changed_key=none) %}
    {#
        Nothing in a full build; in an increment the condition that a row's key has changed since this
        model last read. `changes` holds the keys and the build in which they changed.
    #}
    {% if is_incremental() %}
        {{ conjunction }} {{ key }} in (
            select changes.{{ changed_key or key }} from {{ changes }} as changes
            where changes.changed_in_build > {{ read_to_build() }}
        )
    {% endif %}
{%- endmacro %}
