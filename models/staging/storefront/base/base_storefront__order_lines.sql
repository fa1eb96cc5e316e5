-- What a line is worth fits into the arithmetic that follows, and so do its factors.
{{ stage_contract(
    'storefront',
    'order_lines',
    row_amount='cast(unit_price as decimal(38, 4)) * quantity - line_discount',
    rules=[{
        'rule': 'quantity at list_price or unit_price is beyond 10,000,000,000,000',
        'when': 'try_cast(quantity as double)'
            ~ ' * greatest(try_cast(list_price as double), try_cast(unit_price as double)) > 1e13',
    }],
) }}
