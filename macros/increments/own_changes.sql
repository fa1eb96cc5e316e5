{% macro own_changes(key) %}
    {#
        What lists the keys that changed of the running model, as SQL to select from: the model of
        intermediate that its `meta: changes` names, or else the source table that it conforms.
    #}
    {% set changes = config.get('meta', {}).get('changes') %}
    {% if changes %}
        {{ return(this.incorporate(path={'schema': 'intermediate', 'identifier': changes}, type='view')) }}
    {% endif %}
    {{ return(changed_keys(model.name.removeprefix('int_'), key)) }}
{% endmacro %}
