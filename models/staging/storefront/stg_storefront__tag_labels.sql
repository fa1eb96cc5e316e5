{{ valid_rows('storefront', 'tag_labels', ref('base_storefront__tag_labels')) }}
