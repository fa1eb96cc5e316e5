{% macro cte_hint(is_kept) %}
    {# Whether DuckDB keeps the rows of a query that is read more than once, or reads anew. #}
    {{ return(adapter.dispatch('cte_hint')(is_kept)) }}
{%- endmacro %}

{% macro default__cte_hint(is_kept) -%}
    {{ 'materialized' if is_kept else 'not materialized' }}
{%- endmacro %}

{% macro spark__cte_hint(is_kept) %}
    {#- Spark decides by itself, and reuses what it has shuffled. -#}
{%- endmacro %}
