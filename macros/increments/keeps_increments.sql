{% macro keeps_increments() %}
    {#
        Whether this engine builds increments: DuckDB does. Where none are kept, every incremental
        model is rebuilt in full by the same SQL, and what increments rest on is not written.
    #}
    {{ return(execute and target.type == 'duckdb') }}
{% endmacro %}
