{% macro spark__comment_clause() -%}
    {# dbt's own body escapes quotes with a backslash, which is a letter here like any other. #}
    {% if config.persist_relation_docs() -%}
        comment '{{ (model.description or '') | trim | replace("'", "''") }}'
    {%- endif %}
{%- endmacro %}
