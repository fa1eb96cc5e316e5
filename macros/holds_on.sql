{% macro holds_on(span, day) -%}
    {# Whether a span of days, of which a null end is open, has a day. Its `end_date` is the first after it. #}
    (
        ({{ span }}.start_date is null or {{ day }} >= {{ span }}.start_date)
        and ({{ span }}.end_date is null or {{ day }} < {{ span }}.end_date)
    )
{%- endmacro %}
