{% macro work_table(name) %}
    {# A table of meta that an increment of the running model makes on Spark for as long as it lasts. #}
    {{ return('meta.' ~ name ~ '_of_' ~ model.name) }}
{% endmacro %}
