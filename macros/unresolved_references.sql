{% macro unresolved_references(references) %}
    {#
        The rows whose reference finds nothing, over all `references`: of each the `rule` that says so,
        the `table` and its `rows`, the `key` of a row, the column that `names` another row, the
        relation `to` which that column leads, and what the row is worth: `amount`, `currency` and the
        column of its time, `at`. A row without a time, such as a refund that never went through, or
        whose order knows currency and time, has none of its own. Where the other row `may_be_absent`,
        nothing is amiss with the references of a system that delivers no such rows at all. An order
        that several shops may mean, by what is `shared`, breaks a rule of its own.
    #}
    {% for each in references %}
        select
            {% if each.shared %}
                case when shared.order_number is null then '{{ each.rule }}' else 'shop_is_told' end
            {% else %}
                '{{ each.rule }}'
            {% endif %}
            as rule_id,
            '{{ each.table }}' as source_table,
            referring.{{ each.key }} as row_key,
            referring.order_id,
            referring.{{ each.names }} as detail,
            {{ 'referring.' ~ each.currency if each.currency else 'cast(null as string)' }}
                as currency_code,
            cast({{ each.amount }} as decimal(18, 2)) as amount,
            {{ 'referring.' ~ each.at if each.at else 'cast(null as timestamp)' }} as occurred_at,
            referring._source_file as source_file,
            referring._source_row as source_row
        from {{ each.rows }} as referring
        left join (select {{ each.names }} from {{ each.to }}) as found
            on referring.{{ each.names }} = found.{{ each.names }}
        {% if each.shared %}
            left join (select distinct order_number from {{ each.shared }}) as shared
                on referring.{{ each.names }} = shared.order_number
        {% endif %}
        where
            referring.{{ each.names }} is not null
            and found.{{ each.names }} is null
            {{ 'and referring.' ~ each.at ~ ' is not null' if each.at }}
            {% if each.may_be_absent %}
                and referring.source_system in (
                    select delivered.source_system from {{ each.to }} as delivered
                )
            {% endif %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
{% endmacro %}
