{{ conform('po_receipts', keys=['receipt_id', 'po_id', 'sku_id', 'warehouse_id', 'lot_id']) }}
