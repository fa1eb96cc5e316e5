{% macro should_full_refresh() %}
    {#
        Overrides dbt's own: an incremental model is rebuilt in full when a user asks for it, and when
        an increment could not be exact, see can_go_on().
    #}
    {% set asked = config.get('full_refresh') %}
    {% set asked = flags.FULL_REFRESH if asked is none else asked %}
    {% if execute and not asked and model.config.materialized == 'incremental' %}
        {# Asked once: what it rests on is written before the model is done. #}
        {% if 'is_exact' not in model %}
            {% do model.update({'is_exact': can_go_on()}) %}
        {% endif %}
        {{ return(not model.is_exact) }}
    {% endif %}
    {{ return(asked) }}
{% endmacro %}
