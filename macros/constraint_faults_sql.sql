{% macro constraint_faults_sql(relation, declared) %}
    {#
        Query for up to five faults, the key of each, and how many there are of the kind: columns that
        are null though they must not be, and keys that are not unique. Empty if nothing is declared.
    #}
    {% set faults = [] %}
    {% if declared.required %}
        {% set query %}
            select
                case
                    {% for column in declared.required %}
                    when {{ column }} is null then '{{ column }} is null'
                    {% endfor %}
                end as fault,
                cast(null as {{ dbt.type_string() }}) as row_key
            from {{ relation }}
            where {{ declared.required | join(' is null or ') }} is null
        {% endset %}
        {% do faults.append(query) %}
    {% endif %}
    {% for key in declared['keys'] %}
        {% set columns = key | join(', ') %}
        {% set texts = [] %}
        {% for column in key %}
            {% do texts.append('cast(' ~ column ~ ' as ' ~ dbt.type_string() ~ ')') %}
        {% endfor %}
        {# Texts of a hundred and fifty million keys fill the memory, their hashes a fraction of it. What
           these suspect is looked at again. #}
        {% set query %}
            select
                '{{ columns }} is not unique' as fault,
                concat_ws(', ', {{ texts | join(', ') }}) as row_key
            from {{ relation }}
            where
                ({{ key | join(' is not null or ') }} is not null)
                and {{ row_hash(columns) }} in (
                    select {{ row_hash(columns) }} from {{ relation }} group by 1 having count(*) > 1
                )
            group by {{ columns }}
            having count(*) > 1
        {% endset %}
        {% do faults.append(query) %}
    {% endfor %}
    {% if faults %}
        select faults.fault, faults.row_key, count(*) over (partition by faults.fault) as fault_count
        from ({{ faults | join(' union all ') }}) as faults
        limit 5
    {% endif %}
{% endmacro %}
