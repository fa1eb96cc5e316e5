{% macro fixpoint(name, start, step, keys, value) %}
    {#
        For Spark, whose recursion knows neither sets nor keys: a temporary view with the rows of
        `start` after `step`, which reads {state}, has been repeated until nothing changes. One row per
        `keys`; `value` only ever falls. Rows are kept in memory and spill to disk.
    #}
    {% set found = {'state': name ~ '__0', 'changes': 1} %}
    {% do run_query('cache table ' ~ found.state ~ ' as ' ~ start) %}
    {% for round in range(1, 101) %}
        {% if found.changes > 0 %}
        {% set state, next = found.state, name ~ '__' ~ round %}
        {% do run_query('cache table ' ~ next ~ ' as ' ~ step.replace('{state}', state)) %}
        {% set changes = run_query(
            'select count(*) from ' ~ next ~ ' as present left join ' ~ state ~ ' as former using ('
            ~ keys | join(', ') ~ ') where former.' ~ value ~ ' is distinct from present.' ~ value
        ).columns[0].values()[0] %}
        {% do found.update({'state': next, 'changes': changes | int}) %}
        {% do run_query('uncache table ' ~ state) %}
        {% endif %}
    {% endfor %}
    {% if found.changes > 0 %}
        {{ exceptions.raise_compiler_error(name ~ ' still changes after a hundred rounds.') }}
    {% endif %}
    {% do run_query('create or replace temporary view ' ~ name ~ ' as select * from ' ~ found.state) %}
{% endmacro %}
