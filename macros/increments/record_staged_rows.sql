{% macro record_staged_rows() %}
    {#
        Post-hook of staging: of a model that reads landed rows, what became of each; of one that does
        so in increments also the keys whose rows came or changed, and what it has read.
    #}
    {% if execute and model.sources %}
        {% do record_row_states() %}
        {% if model.config.materialized == 'incremental' %}
            {% do record_changed_keys() %}
            {% do remember_build() %}
            {% do remember_files() %}
        {% endif %}
    {% endif %}
{% endmacro %}
