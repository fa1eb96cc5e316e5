{% macro measures(topic, names) %}
    {#- The measures of a topic, one a row; what is not known has none. #}
    select
        period,
        scope,
        measure,
        value
    from (
        select
            period,
            cast(scope as string) as scope
            {%- for name in names %},
            cast({{ name }} as double) as {{ name }}
            {%- endfor %}
        from {{ topic }}
    ) as measured
    unpivot (value for measure in ({{ names | join(', ') }}))
{%- endmacro %}
