{{ conform(
    'inventory_moves',
    keys=[
        'move_id', 'sku_id', 'warehouse_id', 'lot_id', 'order_id', 'po_id', 'transfer_id',
        'disposal_id',
    ],
) }}
