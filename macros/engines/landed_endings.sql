{% macro landed_endings() %}
    {#
        How the names of the files end that runs read in the raw zone, by format; ENDINGS in
        orchestration/raw_zone.py, which stops a run at any other file, are the same.
    #}
    {{ return({'parquet': ['.parquet'], 'csv': ['.csv', '.csv.gz']}) }}
{% endmacro %}
