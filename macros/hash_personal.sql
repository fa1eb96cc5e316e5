{% macro hash_personal(value) %}
    {# A personal value as a hash that nobody without this warehouse's salt can guess. #}
    {% set tidied = "nullif(lower(trim(cast(" ~ value ~ " as string))), '')" %}
    {{ sha256('(select salt from meta.salt) || ' ~ tidied) }}
{%- endmacro %}
