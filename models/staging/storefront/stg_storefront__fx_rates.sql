{{ stage_contract(
    'storefront',
    'fx_rates',
    rules=[{'rule': 'rate is zero', 'when': 'try_cast(rate as double) = 0'}],
) }}
