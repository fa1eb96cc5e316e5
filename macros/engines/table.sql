{% materialization table, adapter='duckdb' %}
    {#
        In place, in one transaction: whatever fails, the table of before stays. dbt-duckdb makes each
        table under another name and renames it twice, for databases of its that cannot do that.
    #}
    {% set existing = load_cached_relation(this) %}
    {% set table = this.incorporate(type='table') %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') %}
        {% if existing %}
            {# adapter.drop_relation would drop it at once, for good. #}
            drop {{ existing.type }} if exists {{ existing }};
        {% endif %}
        {{ create_table_as(False, table, compiled_code) }}
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do persist_docs(table, model) %}
    {% do adapter.commit() %}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [table]}) }}
{% endmaterialization %}
