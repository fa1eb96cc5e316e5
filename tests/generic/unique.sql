{% test unique(model, column_name) %}
    {#
        dbt's own test, which counts texts: of a hundred and fifty million keys they fill the memory,
        their hashes a fraction of it. Rows whose hash occurs once cannot have a double.
    #}
    select {{ column_name }} as unique_field, count(*) as n_records
    from {{ model }}
    where
        {{ column_name }} is not null
        and {{ row_hash(column_name) }} in (
            select {{ row_hash(column_name) }} from {{ model }} group by 1 having count(*) > 1
        )
    group by {{ column_name }}
    having count(*) > 1
{% endtest %}
