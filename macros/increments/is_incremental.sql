{% macro is_incremental() %}
    {#
        Overrides dbt's own, which fails in a unit test that does not say what it is: whether this
        build of a model adds to the rows that are there.
    #}
    {% if not execute or model.config.materialized != 'incremental' %}
        {{ return(false) }}
    {% endif %}
    {% set relation = load_cached_relation(this) %}
    {{ return(relation is not none and relation.type == 'table' and not should_full_refresh()) }}
{% endmacro %}
