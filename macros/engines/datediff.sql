{% macro spark__datediff(first_date, second_date, datepart) %}
    {# How many borders of the part lie between two times; Spark's own function counts whole parts. #}
    timestampdiff(
        {{ datepart }},
        date_trunc('{{ datepart }}', cast({{ first_date }} as timestamp)),
        date_trunc('{{ datepart }}', cast({{ second_date }} as timestamp))
    )
{%- endmacro %}
