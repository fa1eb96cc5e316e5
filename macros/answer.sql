{% macro answer(
    question, scope, unit, value,
    numerator='null', denominator='null', n='null', ci_low='null', ci_high='null',
    grade='D', is_mature='is_complete', comparison='null', comparison_value='null',
    missing='null', note='null'
) %}
    {#-
        The columns of one answer, as answered() finishes them. Numbers are doubles here already, lest
        a decimal of one answer takes places from another's.
    -#}
    '{{ question }}' as question_id,
    period,
    {{ scope }} as scope,
    cast({{ value }} as double) as value,
    '{{ unit }}' as unit,
    cast({{ numerator }} as double) as numerator,
    cast({{ denominator }} as double) as denominator,
    cast({{ n }} as bigint) as n,
    cast({{ ci_low }} as double) as ci_low,
    cast({{ ci_high }} as double) as ci_high,
    '{{ grade }}' as evidence_grade,
    {{ is_mature }} as is_mature,
    {{ comparison }} as comparison,
    cast({{ comparison_value }} as double) as comparison_value,
    {{ note }} as note,
    {{ missing }} as missing
{%- endmacro %}
