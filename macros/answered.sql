{% macro answered(answers) %}
    {#
        Answers that answer() lists, as readers find them: what cannot be measured has no value, is not
        mature and says why.
    #}
    select
        cast(question_id as string) as question_id,
        period,
        cast(scope as string) as scope,
        case when missing is null then value end as value,
        cast(unit as string) as unit,
        {% for column in ['numerator', 'denominator', 'n', 'ci_low', 'ci_high'] -%}
        case when missing is null then {{ column }} end as {{ column }},
        {% endfor -%}
        cast(evidence_grade as string) as evidence_grade,
        missing is null and is_mature as is_mature,
        case when missing is null then cast(comparison as string) end as comparison,
        case when missing is null then comparison_value end as comparison_value,
        case
            when missing is null then cast(note as string)
            else concat('Not measurable: ', missing, '.')
        end as note
    from {{ answers }}
{%- endmacro %}
