{% macro with_row_partition(query) %}
    {#
        On Spark, the rows of an incremental model with the partition that each belongs to: the file
        that it landed in, or one of `spark_partitions` by its key.
    #}
    {% set key = config.get('unique_key') %}
    {% set key = [key] if key is string else key %}
    {% set bucket = 'pmod(xxhash64(' ~ key | join(', ') ~ '), ' ~ var('spark_partitions') ~ ')' %}
    {% set partition = '_source_file' if '_source_file' in key else 'cast(' ~ bucket ~ ' as string)' %}
    {{ return('select *, ' ~ partition ~ ' as row_partition from (' ~ query ~ ')') }}
{% endmacro %}
