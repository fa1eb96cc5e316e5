{% macro landed_types(relation, columns) %}
    {#
        The columns of a contract with the type in which they landed, and whether that is text for what
        is declared: then patterns say what it means. A number is a number in any type. Also the names
        under which read_values() tells the `text` of each and its `value`.
    #}
    {% set types, typed = {}, [] %}
    {% for column in adapter.get_columns_in_relation(relation) %}
        {% do types.update({column.name: column.dtype | lower}) %}
    {% endfor %}
    {% for column in columns %}
        {% set landed = 'string' if column.is_personal else types.get(column.name, 'unknown') %}
        {% set landed = 'string' if landed.startswith('varchar') or landed == 'text' else landed %}
        {% set kinds = [] %}
        {% for type in (landed, column.data_type) %}
            {% do kinds.append(
                'number' if modules.re.match('u?(tiny|small|big|huge)?int|double|float|real|decimal', type)
                else 'time' if type.startswith('timestamp') else type
            ) %}
        {% endfor %}
        {% do typed.append(dict(
            column, landed_type=landed, is_text=kinds[0] != kinds[1],
            text='_text_of_' ~ column.staged_name, value='_value_of_' ~ column.staged_name
        )) %}
    {% endfor %}
    {{ return(typed) }}
{% endmacro %}
