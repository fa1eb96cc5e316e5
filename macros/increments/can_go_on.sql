{% macro can_go_on() %}
    {#
        Whether an increment of this model would be exact: code, variables and contracts are those
        that its rows were built with, no landed file that it has read vanished or changed, and no
        incremental model that it reads has been rebuilt in full since.
    #}
    {% set lineage = run_query(
        "select fingerprint, parent from meta.lineage where model = '" ~ model.name ~ "'"
    ) %}
    {% set models = [model.name] + lineage.columns[1].values() | select | list %}
    {% set known = run_query("
        select model, read_to_build, full_build, fingerprint
        from meta.incremental_models
        where model in ('" ~ models | join("', '") ~ "')
    ") %}
    {% set own = known.rows | selectattr('model', 'equalto', model.name) | list %}
    {% if not own or own[0].fingerprint not in lineage.columns[0].values() %}
        {{ return(false) }}
    {% endif %}
    {% for parent in known.rows if parent.full_build > own[0].read_to_build %}
        {{ return(false) }}
    {% endfor %}
    {% set query %}
        select count(*)
        from meta.staged_files as staged
        left join meta.landed_files as landed
            on
                staged.source_system = landed.source_system
                and staged.source_table = landed.source_table
                and staged.landed_file = landed.landed_file
                and staged.file_bytes = landed.file_bytes
                and staged.modified_at = landed.modified_at
        where staged.model = '{{ model.name }}' and landed.landed_file is null
    {% endset %}
    {{ return(run_query(query).columns[0].values()[0] == 0) }}
{% endmacro %}
