{% macro require_conformable(staged, columns) %}
    {#
        Stops where a staging model has a column that the calling model does not know, lest a slip of
        the pen makes another one null, or lacks one that must be there in every row.
    #}
    {% for name in columns if name not in model.columns and not name.startswith('_') %}
        {{ exceptions.raise_compiler_error(
            staged ~ ' has the column ' ~ name ~ ', which ' ~ model.name ~ ' does not know. Rename it '
            ~ 'or leave it out; the closest that ' ~ model.name ~ ' knows: '
            ~ closest_names(name, model.columns) | join(', ') ~ '.'
        ) }}
    {% endfor %}
    {% set missing = [] %}
    {% for column in model.columns.values() if column.name not in ['source_system'] + columns %}
        {% for constraint in column.constraints if constraint.type in ('not_null', 'primary_key') %}
            {% do missing.append(column.name) %}
        {% endfor %}
    {% endfor %}
    {% if missing %}
        {{ exceptions.raise_compiler_error(
            staged ~ ' lacks ' ~ missing | unique | join(', ') ~ ', which ' ~ model.name ~ ' must know '
            ~ 'of every row. Name what lacks, with a constant where the source does not tell.'
        ) }}
    {% endif %}
{% endmacro %}
