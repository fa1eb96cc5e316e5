{% macro valid_rows_of_shops(system, table, base, shared, own_id=none) %}
    {#
        The valid rows of a base model that stage_contract() made, with the columns of the contract. Of
        the order numbers that shops share, an order is known by its shop and number; what has an id of
        its own and says its shop, by both as well. A row that says no shop, of a number that no shops
        share, tells what one before it told of its shop.
    #}
    {% set contract = source_contract(system, table) or {'columns': [], 'key': []} %}
    with

    told as {{ cte_hint(is_kept=false) }} (
        select * from {{ base }} where row_state in ('valid', 'deleted')
    ),

    retold as ({{ retold_rows('told', contract) }})

    select
        {% for column in contract.columns %}
            {% set name = column.staged_name %}
            {% if name == 'order_id' %}
                coalesce(shared.order_id, told.order_id)
            {% elif name == own_id %}
                case
                    when told.shop_id is null then told.{{ name }}
                    else concat(told.shop_id, ':', told.{{ name }})
                end
            {% else %}
                told.{{ name }}
            {% endif %}
            as {{ name }},
        {% endfor %}
        told._loaded_at,
        told._source_file,
        told._source_row
    from told
    left join {{ shared }} as shared
        on told.order_id = shared.order_number and told.shop_id = shared.shop_id
    left join retold
        on told._source_file = retold._source_file and told._source_row = retold._source_row
    where
        told.row_state = 'valid'
        and (shared.order_id is not null or retold._source_row is null)
{% endmacro %}
