{{ stage_contract('storefront', 'po_receipts') }}
