{{ valid_rows('storefront', 'po_receipts', ref('base_storefront__po_receipts')) }}
