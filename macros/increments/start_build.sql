{% macro start_build() %}
    {#
        At the start of a run: gives it its number, forgets tables that are gone and changes that every
        incremental model has read, and lists the files that have landed by now.
    #}
    {% if execute %}
        {% do run_query('
            insert into meta.builds select coalesce(max(build), 0) + 1 from meta.builds
        ') %}
        {% do forget_lost_models() %}
        {% do list_landed_files() %}
    {% endif %}
{% endmacro %}
