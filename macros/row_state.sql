{% macro row_state(is_superseded) %}
    {#
        The fate of a landed row: quarantined, superseded by a later row of its key, deleted, or
        valid. A row that breaks its contract never supersedes a good one.
    #}
    case
        when broken_rule is not null then 'quarantined'
        when {{ is_superseded }} then 'superseded'
        when _is_deleted then 'deleted'
        else 'valid'
    end
{% endmacro %}
