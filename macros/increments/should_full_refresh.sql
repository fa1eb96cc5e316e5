{% macro should_full_refresh() %}
    {#
        Overrides dbt's own: an incremental model is rebuilt in full when a user asks for it, and when
        an increment could not be exact, see can_go_on().
    #}
    {% set asked = config.get('full_refresh') %}
    {% set asked = flags.FULL_REFRESH if asked is none else asked %}
    {% if execute and not asked and model.config.materialized == 'incremental' %}
        {{ return(not can_go_on()) }}
    {% endif %}
    {{ return(asked) }}
{% endmacro %}
