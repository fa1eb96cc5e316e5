{{ conform('shipments', keys=['shipment_id', 'order_id', 'warehouse_id', 'carrier_id']) }}
