{% macro hash_personal(value) %}
    {#
        A personal value as a hash that nobody without this warehouse's salt can guess: the same for
        the same value, however a file writes it.
    #}
    {% set text = canonical_id(without_blanks('cast(' ~ value ~ ' as string)')) %}
    {{ sha256("(select salt from meta.salt) || nullif(lower(" ~ text ~ "), '')") }}
{%- endmacro %}
