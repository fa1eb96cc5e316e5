{{ config(materialized='view') }}
-- Grain: row x rule that it breaks, with what the rule declares to become of it.
with

broken as (
    select * from {{ ref('int_references_unresolved') }}
    union all
    select * from {{ ref('int_rules_broken') }}
),

final as (
    select
        broken.*,
        rules.outcome,
        rules.outcome in ('suspense', 'set_aside') as is_left_out
    from broken
    inner join {{ ref('row_rules') }} as rules
        on
            broken.rule_id = rules.rule_id
            and broken.source_table = rules.source_table
)

select * from final
