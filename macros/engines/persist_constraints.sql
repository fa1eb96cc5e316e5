{% macro spark__persist_constraints(relation, model) %}
    {#- Parquet tables hold no constraints; the data test holds_constraints does. -#}
{% endmacro %}
