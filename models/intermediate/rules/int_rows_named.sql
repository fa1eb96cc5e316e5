{{ config(materialized='view') }}
-- Grain: row x rule that it breaks, with what the rule declares to become of it.
with

broken as (
    select
        rule_id,
        source_table,
        row_key,
        order_id,
        detail,
        currency_code,
        amount,
        occurred_at,
        source_file,
        source_row
    from {{ ref('int_references_unresolved') }}
    union all
    select
        rule_id,
        source_table,
        row_key,
        order_id,
        detail,
        currency_code,
        amount,
        occurred_at,
        source_file,
        source_row
    from {{ ref('int_rules_broken') }}
),

final as (
    select
        broken.rule_id,
        broken.source_table,
        broken.row_key,
        broken.order_id,
        broken.detail,
        broken.currency_code,
        broken.amount,
        broken.occurred_at,
        broken.source_file,
        broken.source_row,
        rules.outcome,
        rules.outcome in ('suspense', 'set_aside') as is_left_out
    from broken
    inner join {{ ref('row_rules') }} as rules
        on
            broken.rule_id = rules.rule_id
            and broken.source_table = rules.source_table
)

select * from final
