{% macro start_build() %}
    {#
        At the start of a run: gives it its number, lists the files that have landed by now, and forgets
        tables and files that are gone and changes that every incremental model has read.
    #}
    {% if execute %}
        {% do run_query('
            insert into meta.builds select coalesce(max(build), 0) + 1 from meta.builds
        ') %}
        {% do list_landed_files() %}
        {% do forget_lost_models() %}
    {% endif %}
{% endmacro %}
