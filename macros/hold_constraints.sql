{% macro hold_constraints() %}
    {#
        Post-hook: what a model or seed declares in its YAML, and no engine enforces, is true of its
        rows, or it fails, and nothing is built on it. An engine enforces contracts, of tables.
    #}
    {% set enforced = model.config.contract.enforced and model.config.materialized != 'view' %}
    {% if execute and not enforced %}
        {% set query = constraint_faults_sql(this, declared_constraints(this)) | trim %}
        {% set said = [] %}
        {% for fault, rows in (run_query(query).rows if query else []) | groupby(0) %}
            {% set keys = rows | map(attribute=1) | reject('none') | join('; ') %}
            {% do said.append(fault ~ ' (' ~ rows[0][2] ~ ')' ~ (keys and ': ' ~ keys)) %}
        {% endfor %}
        {% if said %}
            {{ exceptions.raise_compiler_error(
                'Constraint broken in ' ~ this.schema ~ '.' ~ this.identifier ~ ': ' ~ said | join(', and ')
                ~ '. Its YAML declares it: correct the model, or what it reads.'
            ) }}
        {% endif %}
    {% endif %}
{% endmacro %}
