{{ stage_contract('storefront', 'kol_posts') }}
