{% macro can_go_on() %}
    {#
        Whether an increment of this model would be exact: code, variables and contracts are those
        that its rows were built with, no landed file that it has read vanished or changed, and no
        incremental model that it reads has been rebuilt in full since.
    #}
    {% if not keeps_increments() %}
        {{ return(false) }}
    {% endif %}
    {% set query %}
        select count(*)
        from meta.incremental_models as own
        inner join meta.lineage as lineage using (model)
        where
            own.model = '{{ model.name }}'
            and own.fingerprint = lineage.fingerprint
            and not exists (
                select 1 from meta.incremental_models as parent
                where
                    list_contains(lineage.parents, parent.model)
                    and parent.full_build > own.read_to_build
            )
            and not exists (
                select 1 from meta.staged_files as staged
                where
                    staged.model = own.model
                    and not exists (
                        select 1 from meta.landed_files as landed
                        where
                            landed.source_system = staged.source_system
                            and landed.source_table = staged.source_table
                            and landed.landed_file = staged.landed_file
                            and landed.file_bytes = staged.file_bytes
                            and landed.modified_at = staged.modified_at
                    )
            )
    {% endset %}
    {{ return(run_query(query).columns[0].values()[0] == 1) }}
{% endmacro %}
