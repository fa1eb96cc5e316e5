{{ stage_contract('storefront', 'ad_spend', row_amount='spend') }}
