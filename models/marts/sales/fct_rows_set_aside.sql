-- Grain: row x rule that it breaks. Worth is what is at stake, not what is missing: do not subtract
-- it from sales. What is kept or unknown is in the totals; what waits or is set aside is not.
with

final as (
    select
        rule_id,
        source_table,
        row_key,
        order_id,
        business_date,
        outcome,
        detail,
        currency_code,
        is_accepted,
        is_counted,
        transaction_amount,
        worth_amount,
        delivered_file,
        source_file,
        source_row
    from {{ ref('int_rows_set_aside') }}
)

select * from final
