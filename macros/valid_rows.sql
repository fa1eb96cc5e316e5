{% macro valid_rows(system, table, base) %}
    {# The valid rows of a base model that stage_contract() made, with the columns of the contract. #}
    select
        {% for column in (source_contract(system, table) or {'columns': []}).columns %}
            {{ column.staged_name }},
        {% endfor %}
        _loaded_at,
        _source_file,
        _source_row
    from {{ base }}
    where row_state = 'valid'
{% endmacro %}
