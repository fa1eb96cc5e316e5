-- Grain: row of a conformed entity x reference of it that finds nothing. What becomes of the row is
-- the outcome that the seed row_rules gives the rule. A relation more is an entry more in the list.
{{ unresolved_references([
    {
        'rule': 'order_is_known', 'table': 'order_lines', 'rows': ref('int_order_lines'),
        'key': 'order_line_id', 'names': 'order_id', 'to': ref('int_orders'),
        'shared': ref('int_shared_order_numbers'),
        'amount': 'unit_price * quantity - line_discount',
    },
    {
        'rule': 'order_is_known', 'table': 'payments', 'rows': ref('int_payments'),
        'key': 'payment_id', 'names': 'order_id', 'to': ref('int_orders'),
        'shared': ref('int_shared_order_numbers'),
        'amount': "case when status = 'succeeded' then amount else 0 end",
        'currency': 'currency_code', 'at': 'attempted_at',
    },
    {
        'rule': 'refunded_order_is_known', 'table': 'refunds', 'rows': ref('int_refunds'),
        'key': 'refund_id', 'names': 'order_id', 'to': ref('int_orders'),
        'shared': ref('int_shared_order_numbers'),
        'amount': 'amount', 'currency': 'currency_code', 'at': 'refunded_at',
    },
    {
        'rule': 'product_is_known', 'table': 'order_lines', 'rows': ref('int_order_lines'),
        'key': 'order_line_id', 'names': 'sku_id', 'to': ref('int_skus'),
        'may_be_absent': true,
        'amount': 'unit_price * quantity - line_discount',
    },
    {
        'rule': 'product_is_known', 'table': 'refund_lines', 'rows': ref('int_refund_lines'),
        'key': 'refund_line_id', 'names': 'sku_id', 'to': ref('int_skus'),
        'may_be_absent': true,
        'amount': 'refund', 'currency': 'currency_code', 'at': 'refunded_at',
    },
]) }}
