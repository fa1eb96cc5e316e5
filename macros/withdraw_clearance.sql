{% macro withdraw_clearance() %}
    {# Post-hook of a mart's models: what its gate said of the table before is worth nothing now. #}
    delete from meta.clearances where mart = '{{ model.fqn[2] }}'
{% endmacro %}
