{{ conform('order_lines', keys=['order_line_id', 'order_id']) }}
