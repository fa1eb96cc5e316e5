{% macro contradiction(key) %}
    {#- The rule that two rows of one key break that say different things in one load of a file. -#}
    {{ key | join(', ') }} comes twice in one file and means two things
{%- endmacro %}
