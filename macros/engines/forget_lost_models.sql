{% macro forget_lost_models() %}
    {#
        At the start of a run: what is remembered of incremental models whose tables are gone, of landed
        rows whose files are all gone, and keys that every incremental model has read, is forgotten.
    #}
    {{ return(adapter.dispatch('forget_lost_models')()) }}
{% endmacro %}

{% macro default__forget_lost_models() %}
    {% do run_query('
        delete from meta.incremental_models where (schema_name, model) not in (
            select (schema_name, table_name) from duckdb_tables()
        )
    ') %}
    {% for name in ['row_ledger', 'row_ledger_details', 'quarantine'] %}
        {% do run_query('
            delete from meta.' ~ name ~ ' where (source_system, source_table) not in (
                select (source_system, source_table) from meta.landed_files
            )
        ') %}
    {% endfor %}
    {% do run_query('
        delete from meta.changed_keys where changed_in_build <= (
            select min(read_to_build) from meta.incremental_models
        )
    ') %}
{% endmacro %}

{% macro spark__forget_lost_models() %}
    {% for row in run_query('select schema_name, model from meta.incremental_models').rows %}
        {% if load_relation(api.Relation.create(schema=row[0], identifier=row[1])) is none %}
            {% do run_query(
                "alter table meta.incremental_models drop partition (model = '" ~ row[1] ~ "')"
            ) %}
        {% endif %}
    {% endfor %}
    {% set read %}
        select distinct source_table, written_by from meta.changed_keys
        where changed_in_build <= (select min(read_to_build) from meta.incremental_models)
    {% endset %}
    {% for row in run_query(read).rows %}
        {% do run_query(
            "alter table meta.changed_keys drop partition (source_table = '" ~ row[0]
            ~ "', written_by = '" ~ row[1] ~ "')"
        ) %}
    {% endfor %}
{% endmacro %}
