{{ stage_contract('storefront', 'tag_labels') }}
