{% macro answer(
    question, scope, unit, value,
    numerator='null', denominator='null', n='null', ci_low='null', ci_high='null',
    grade='D', is_mature='is_complete', comparison='null', comparison_value='null',
    missing='null', note='null'
) %}
    {%- set numbers = {
        'numerator': numerator, 'denominator': denominator, 'n': n,
        'ci_low': ci_low, 'ci_high': ci_high,
    } -%}
    cast('{{ question }}' as string) as question_id,
    period,
    cast({{ scope }} as string) as scope,
    case when {{ missing }} is null then cast({{ value }} as double) end as value,
    cast('{{ unit }}' as string) as unit,
    {% for column, number in numbers.items() -%}
    case
        when {{ missing }} is null
            then cast({{ number }} as {{ 'bigint' if column == 'n' else 'double' }})
    end as {{ column }},
    {% endfor -%}
    cast('{{ grade }}' as string) as evidence_grade,
    {{ missing }} is null and {{ is_mature }} as is_mature,
    case when {{ missing }} is null then cast({{ comparison }} as string) end as comparison,
    case when {{ missing }} is null then cast({{ comparison_value }} as double) end
        as comparison_value,
    case
        when {{ missing }} is null then cast({{ note }} as string)
        else concat('Not measurable: ', {{ missing }}, '.')
    end as note
{%- endmacro %}
