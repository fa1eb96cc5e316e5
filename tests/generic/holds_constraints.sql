{% test holds_constraints(model) %}
    {#
        What a model or seed declares in its YAML where no engine enforces it: columns that are null
        though they must not be, and keys that occur more than once. One test for all of it, since each
        test costs as much as a small table.
    #}
    {% set declared = declared_constraints(model) %}
    {% set faults = [] %}
    {% if declared.required %}
        {% set query %}
            select
                case
                    {% for column in declared.required %}
                    when {{ column }} is null then '{{ column }} is null'
                    {% endfor %}
                end as fault
            from {{ model }}
            where {{ declared.required | join(' is null or ') }} is null
        {% endset %}
        {% do faults.append(query) %}
    {% endif %}
    {% for key in declared['keys'] %}
        {% set columns = key | join(', ') %}
        {# Texts of a hundred and fifty million keys fill the memory, their hashes a fraction of it. What
           these suspect is looked at again. #}
        {% set query %}
            select '{{ columns }} occurs more than once' as fault
            from {{ model }}
            where
                ({{ key | join(' is not null or ') }} is not null)
                and {{ row_hash(columns) }} in (
                    select {{ row_hash(columns) }} from {{ model }} group by 1 having count(*) > 1
                )
            group by {{ columns }}
            having count(*) > 1
        {% endset %}
        {% do faults.append(query) %}
    {% endfor %}
    {% if execute and not faults %}
        {{ exceptions.raise_compiler_error(model.identifier ~ ' declares no constraint to hold.') }}
    {% endif %}
    {{ faults | join(' union all ') }}
{% endtest %}
