{% macro withdraw_clearance() %}
    {#
        Post-hook of a mart's models: what its gate said of the table before is worth nothing now. A
        row more, not one less: models of a mart that end together would conflict over the same row.
    #}
    insert into meta.withdrawals values ('{{ model.fqn[2] }}')
{% endmacro %}
