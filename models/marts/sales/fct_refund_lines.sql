-- Grain: refunded line (one line refunded twice is two rows). Amounts add up over rows; group by
-- order_date or by refund_date, never mix the two clocks in one figure.
-- Excludes refunds of charges that are no merchandise and of test orders.
with

final as (
    select
        refund_line_id,
        source_system,
        refund_id,
        order_id,
        order_line_id,
        sku_id,
        category_id,
        person_id,
        region_id,
        channel_id,
        terminal,
        refunded_at,
        refund_date,
        order_date,
        currency_code,
        exchange_rate,
        refund_type,
        is_matched,
        quantity,
        refund_amount,
        transaction_refund_amount
    from {{ ref('int_refund_lines_dated') }}
)

select * from final
