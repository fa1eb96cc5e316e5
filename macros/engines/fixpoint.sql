{% macro fixpoint(name, start, step, keys, value) %}
    {#
        For Spark, whose recursion knows neither sets nor keys: a table with the rows of `start` after
        `step`, which reads {state}, has been repeated until nothing changes. One row per `keys`;
        `value` only ever falls. Each round is a table, not a view: views of views of views would make
        Spark read the query of the first round a thousand times over.
    #}
    {% set rounds = {'at': 0, 'changes': 1} %}
    {% do replace_table(name ~ '__0', start) %}
    {% for round in range(100) %}
        {% if rounds.changes > 0 %}
            {% set state, next = name ~ '__' ~ round, name ~ '__' ~ (round + 1) %}
            {% do replace_table(next, step.replace('{state}', state)) %}
            {% set changes = run_query(
                'select count(*) from ' ~ next ~ ' as present left join ' ~ state
                ~ ' as former using (' ~ keys | join(', ') ~ ') where former.' ~ value
                ~ ' is distinct from present.' ~ value
            ).columns[0].values()[0] %}
            {% do rounds.update({'at': round + 1, 'changes': changes | int}) %}
            {% do run_query('drop table ' ~ state) %}
        {% endif %}
    {% endfor %}
    {% if rounds.changes > 0 %}
        {{ exceptions.raise_compiler_error(name ~ ' still changes after a hundred rounds.') }}
    {% endif %}
    {% do run_query('drop table if exists ' ~ name) %}
    {% do run_query('alter table ' ~ name ~ '__' ~ rounds.at ~ ' rename to ' ~ name) %}
{% endmacro %}
