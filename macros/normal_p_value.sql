{% macro normal_p_value(z_score) %}
    {# Abramowitz and Stegun (1964), 26.2.17: wrong by less than 1.5e-7 for both tails. #}
    {% set t = '(1 / (1 + 0.2316419 * abs(' ~ z_score ~ ')))' %}
    2 * exp(-power({{ z_score }}, 2) / 2) * 0.3989422804014327 * {{ t }} * (
        0.319381530 + {{ t }} * (
            -0.356563782 + {{ t }} * (
                1.781477937 + {{ t }} * (-1.821255978 + {{ t }} * 1.330274429)
            )
        )
    )
{%- endmacro %}
