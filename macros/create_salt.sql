{% macro create_salt() %}
    {#
        The secret that personal values are hashed with: EMPORIUM_SALT, or else drawn once for this
        warehouse. It lies in the build file, which nobody but the warehouse reads, so that neither
        git nor compiled SQL knows it.
    #}
    {% if execute %}
        {% set given = env_var('EMPORIUM_SALT', '') | replace("'", "''") %}
        {% if given %}
            {% do replace_table('meta.salt', "select '" ~ given ~ "' as salt") %}
        {% else %}
            {% set drawn = sha256('concat(uuid(), uuid())') %}
            {% do run_query('create table if not exists meta.salt as select ' ~ drawn ~ ' as salt') %}
        {% endif %}
    {% endif %}
{% endmacro %}
