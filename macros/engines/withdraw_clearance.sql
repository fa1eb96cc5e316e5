{% macro withdraw_clearance() %}
    {#
        Post-hook of a mart's models: what its gate said of the table before is worth nothing now. A
        row more, not one less: models of a mart that end together would conflict over the same row.
    #}
    {{ return(adapter.dispatch('withdraw_clearance')()) }}
{% endmacro %}

{% macro default__withdraw_clearance() %}
    insert into meta.withdrawals values ('{{ model.fqn[2] }}')
{% endmacro %}

{% macro spark__withdraw_clearance() %}
    {# Each model overwrites a partition of its own: two that append would clear each other's files. #}
    insert overwrite meta.withdrawals
    select '{{ model.fqn[2] }}' as mart, '{{ model.name }}' as model_name
{% endmacro %}
