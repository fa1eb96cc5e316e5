{% macro row_state(key) %}
    {#
        The fate of a landed row: quarantined, superseded by a later row of its key, deleted, or
        valid. A row that breaks its contract never supersedes a good one.
    #}
    case
        when broken_rule is not null then 'quarantined'
        when
            row_number() over (
                partition by broken_rule is null, {{ key | join(', ') }}
                order by _loaded_at desc, _source_file desc, _source_row desc
            ) > 1
            then 'superseded'
        when coalesce(_is_deleted, false) then 'deleted'
        else 'valid'
    end
{% endmacro %}
