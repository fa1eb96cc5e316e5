{% macro landed_table(name, format, options, is_there) %}
    {#
        A table over landed files, whose columns Spark reads in them, as raw_readers() describes it:
        made anew, or the one that this run has made.
    #}
    {% set settings = [] %}
    {% for option, value in options.items() %}
        {% do settings.append("'" ~ option ~ "' '" ~ value | replace("'", "''") ~ "'") %}
    {% endfor %}
    {% if not is_there %}
        {% do run_query('drop table if exists ' ~ name) %}
        {% do run_query(
            'create table ' ~ name ~ ' using ' ~ format ~ ' options (' ~ settings | join(', ') ~ ')'
        ) %}
    {% endif %}
    {% set columns = run_query('describe ' ~ name).columns[0].values() %}
    {{ return({
        'origin': name, 'columns': columns, 'file': '_metadata.file_name',
        'modified': '_metadata.file_modification_time',
    }) }}
{% endmacro %}
