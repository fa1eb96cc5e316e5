{% macro conform(entity, keys, changes=none) %}
    {#
        The union of an entity over the enabled source systems, with the columns and types of the
        calling model's contract; a column that a system's staging model lacks is null. `keys` are
        prefixed by their system. No system: no rows. An incremental model recomputes the rows whose
        `unique_key` changed in the source table, or is among `changes`.
    #}
    {% set queries = [] %}
    {% for system in var('source_systems') if entity in entities_of(system) %}
        {% set staged = ref('stg_' ~ system ~ '__' ~ entity) %}
        {% set found = staged_columns(staged) %}
        {% set selected = [] %}
        {% for column in model.columns.values() %}
            {% if column.name == 'source_system' %}
                {% set value = "'" ~ system ~ "'" %}
            {% elif found and column.name not in found %}
                {% set value = 'null' %}
            {% elif column.name in keys %}
                {% set value = "'" ~ system ~ ":' || " ~ column.name %}
            {% else %}
                {% set value = column.name %}
            {% endif %}
            {% do selected.append('cast(' ~ value ~ ' as ' ~ column.data_type ~ ') as ' ~ column.name) %}
        {% endfor %}
        {% set key = config.get('unique_key') %}
        {% set changed = where_changed(
            "'" ~ system ~ ":' || " ~ key, changes or changed_keys(entity, key), changed_key=key
        ) %}
        {% do queries.append(
            'select ' ~ selected | join(', ') ~ ' from ' ~ valid_staged_rows(staged) ~ changed
        ) %}
    {% endfor %}
    {% if not queries %}
        {# What holds nothing needs no table: a view costs dbt half the time. #}
        {{ config(materialized='view') }}
        {% set selected = [] %}
        {% for column in model.columns.values() %}
            {% do selected.append('cast(null as ' ~ column.data_type ~ ') as ' ~ column.name) %}
        {% endfor %}
        {% do queries.append('select ' ~ selected | join(', ') ~ ' where false') %}
    {% endif %}
    {{ queries | join(' union all ') }}
{% endmacro %}
