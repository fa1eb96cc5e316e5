{% macro retold_rows(told, contract) %}
    {#
        The rows, by their place, that say their shop, and that a later row of the same key and order
        tells again without saying one.
    #}
    {% set same = [] %}
    {% for name in (contract.key + ['order_id']) | unique %}
        {% do same.append('said.' ~ name ~ ' = unsaid.' ~ name) %}
    {% endfor %}
    select
        said._source_file,
        said._source_row
    from {{ told }} as said
    inner join {{ told }} as unsaid on {{ same | join(' and ') }}
    where
        said.shop_id is not null
        and unsaid.shop_id is null
        and (
            said._loaded_at < unsaid._loaded_at
            or (said._loaded_at = unsaid._loaded_at and said._source_file < unsaid._source_file)
            or (
                said._loaded_at = unsaid._loaded_at
                and said._source_file = unsaid._source_file
                and said._source_row < unsaid._source_row
            )
        )
{% endmacro %}
