{{ config(schema='meta', alias='set_aside_by_rule') }}
-- Grain: source table x rule that some of its rows break: how many, what they are worth, and by
-- name the five that are worth most.
{% set named_at_most = 5 %}
with

named as (
    select
        *,
        row_number() over (
            partition by source_table, rule_id
            order by coalesce(worth_amount, 0) desc, row_key asc
        ) as place
    from {{ ref('int_rows_set_aside') }}
),

final as (
    select
        named.source_table,
        named.rule_id,
        max(named.outcome) as outcome,
        count(*) as row_count,
        count(*) filter (where named.is_accepted) as accepted_count,
        count(*) - count(named.worth_amount) as unvalued_count,
        cast(coalesce(sum(named.worth_amount), 0) as decimal(38, 2)) as worth_amount,
        {{ dbt.listagg(
            "case when named.place <= " ~ named_at_most ~ " then concat(
                named.row_key,
                case when named.detail is null then '' else concat(' ', named.detail) end,
                case
                    when named.worth_amount is not null then ''
                    when named.currency_code is null then ''
                    else concat(' ', cast(named.transaction_amount as " ~ dbt.type_string() ~ "),
                        ' ', named.currency_code)
                end,
                case
                    when named.delivered_file is null then ''
                    else concat(' (', named.delivered_file, ':', named.source_row, ')')
                end
            ) end",
            "'; '",
            "order by named.place"
        ) }} as named,
        max(rules.next_step) as next_step
    from named
    inner join {{ ref('row_rules') }} as rules
        on
            named.rule_id = rules.rule_id
            and named.source_table = rules.source_table
    group by named.source_table, named.rule_id
)

select * from final
