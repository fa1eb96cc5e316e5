{% macro record_differing_keys(arguments, condition='') %}
    {#
        Writes to meta.changed_keys, for models that follow, the keys of rows that an increment takes
        away or brings: `meta: changed_key` of the model is the column, `meta: key_name` an expression
        of what it is called. Leaves both as temporary tables. `condition` tells which rows of the
        model were computed anew.
    #}
    {% set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') %}
    {% set meta = config.get('meta') %}
    create or replace temporary table outdated as
    select {{ columns }} from {{ arguments.target_relation }} {{ condition }}
    except select {{ columns }} from {{ arguments.temp_relation }};
    create or replace temporary table renewed as
    select {{ columns }} from {{ arguments.temp_relation }}
    except select {{ columns }} from {{ arguments.target_relation }} {{ condition }};
    insert into meta.changed_keys
    select distinct '{{ model.name }}', {{ meta.key_name }}, {{ meta.changed_key }}, {{ build_number() }}
    from (select * from outdated union all select * from renewed)
    where {{ meta.changed_key }} is not null;
{% endmacro %}
