{% macro get_insert_overwrite_sql(source_relation, target_relation, existing_relation) %}
    {#
        Overrides dbt-spark's: what the strategy `changed_keys` does on DuckDB, by overwriting
        partitions. All rows of the keys that changed make way for the rows that the model gives them
        now; the other rows of their partitions are written again as they are.
    #}
    {% set keys, names = config.get('unique_key'), [] %}
    {% set key = keys if keys is string else keys | join(', ') %}
    {% if '_source_file' in key and not has_new_rows() %}
        {{ return('select 1') }}
    {% endif %}
    {% for column in adapter.get_columns_in_relation(target_relation) if column.name != 'row_partition' %}
        {% do names.append(adapter.quote(column.name)) %}
    {% endfor %}
    {% set columns = names | join(', ') %}
    {% set renewed, outdated = work_table('renewed'), work_table('outdated') %}
    {% do replace_table(renewed, 'select ' ~ columns ~ ', row_partition from ' ~ source_relation) %}
    {% do replace_table(outdated, outdated_keys(key, columns, renewed)) %}

    {% set partitions = [] %}
    {% set query = with_row_partition('select * from ' ~ outdated) %}
    {% for value in run_query('select distinct row_partition from (' ~ query ~ ')').columns[0].values() %}
        {% do partitions.append("'" ~ value | replace("'", "''") ~ "'") %}
    {% endfor %}
    {% if not partitions %}
        {{ return('select 1') }}
    {% endif %}
    {% set touched %}
        select {{ columns }}, row_partition
        from {{ target_relation }}
        where row_partition in ({{ partitions | join(', ') }})
    {% endset %}
    {% set of_outdated = ' join ' ~ outdated ~ ' using (' ~ key ~ ')' %}
    {% set chosen = 'select ' ~ columns ~ ', row_partition from ' %}
    {% set staying = chosen ~ '(' ~ touched ~ ') left anti' ~ of_outdated %}
    {% set going = chosen ~ '(' ~ touched ~ ') left semi' ~ of_outdated %}
    {% set coming = chosen ~ renewed ~ ' left semi' ~ of_outdated %}
    {% set left = '(' ~ staying ~ ') union all (' ~ coming ~ ')' %}
    {% if config.get('meta', {}).get('changed_key') %}
        {% do record_exchanged_keys(going, coming) %}
    {% endif %}
    {% do mark_unfinished() %}
    {# Nothing would overwrite a partition that nothing is left for. #}
    {% set emptied %}
        select row_partition from ({{ touched }}) except select row_partition from ({{ left }})
    {% endset %}
    {% for value in run_query(emptied).columns[0].values() %}
        {% do run_query(
            'alter table ' ~ target_relation ~ " drop partition (row_partition = '"
            ~ value | replace("'", "''") ~ "')"
        ) %}
    {% endfor %}
    insert overwrite table {{ target_relation }} partition (row_partition)
    select /*+ rebalance(row_partition) */ {{ columns }}, row_partition from ({{ left }})
{% endmacro %}
