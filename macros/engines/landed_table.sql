{% macro landed_table(name, format, options) %}
    {# A table over landed files, whose columns Spark reads in them, as raw_readers() describes it. #}
    {% set settings = [] %}
    {% for option, value in options.items() %}
        {% do settings.append("'" ~ option ~ "' '" ~ value | replace("'", "''") ~ "'") %}
    {% endfor %}
    {% do run_query('drop table if exists ' ~ name) %}
    {% do run_query(
        'create table ' ~ name ~ ' using ' ~ format ~ ' options (' ~ settings | join(', ') ~ ')'
    ) %}
    {% set columns = run_query('describe ' ~ name).columns[0].values() %}
    {{ return({'origin': name, 'columns': columns, 'file': '_metadata.file_name'}) }}
{% endmacro %}
