{% macro spark__listagg(measure, delimiter_text, order_by_clause=none, limit_num=none) %}
    {# dbt's own body has no order, because Spark 3 had none. #}
    {% if limit_num %}
        {{ exceptions.raise_compiler_error('listagg() on Spark knows no limit.') }}
    {% endif %}
    listagg({{ measure }}, {{ delimiter_text }})
    {%- if order_by_clause %} within group ({{ order_by_clause }}){% endif %}
{%- endmacro %}
