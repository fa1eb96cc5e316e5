{{ conform('order_lines_quarantined', keys=['order_line_id', 'order_id']) }}
