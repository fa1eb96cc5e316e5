"""What goes wrong with a delivery, or with what is made of it."""

from dataclasses import dataclass
from typing import Literal

from tests.proving.shop import PUBLISHED

Mode = Literal["first", "again", "new", "built"]


@dataclass(frozen=True)
class Fault:
    """Something that must not be published.

    Attributes:
        name: what happens.
        mode: `first`: to the first delivery; `again`: to an export of the whole shop after it;
            `new`: to a delivery of new days; `built`: to the candidate, of which all has landed.
        sql: how it happens to the tables of the shop, or to the candidate.
        is_fault: False for what is honest and has to be published.
    """

    name: str
    mode: Mode
    sql: str
    is_fault: bool = True


NEW = f"placed_at + interval 8 hour >= date '{PUBLISHED}'"
NEW_ORDERS = f"order_id in (select order_id from orders where {NEW})"


def prices(factor: str, where: str = "true") -> str:
    return f"""
        update order_lines set list_price = list_price * {factor},
            unit_price = unit_price * {factor}, line_discount = line_discount * {factor}
        where {where}
    """


def again_as(prefix: str, where: str) -> str:
    """Some orders, with their lines and payments, once more under other ids."""
    return f"""
        create table copied as select * from orders where {where};
        insert into order_lines select * replace ('{prefix}' || order_id as order_id)
            from order_lines where order_id in (select order_id from copied);
        insert into payments select * replace ('{prefix}' || payment_id as payment_id,
            '{prefix}' || order_id as order_id)
            from payments where order_id in (select order_id from copied);
        insert into orders select * replace ('{prefix}' || order_id as order_id) from copied;
    """


SECOND_DAY = f"cast(placed_at + interval 8 hour as date) = date '{PUBLISHED}' + 1"
DROP_CHILDREN = """
    delete from order_lines where order_id not in (select order_id from orders);
    delete from payments where order_id not in (select order_id from orders);
"""

FAULTS = (
    Fault("all prices x 10, first delivery", "first", prices("10")),
    Fault("all prices in cents, first delivery", "first", prices("100")),
    Fault("payments halved, first delivery", "first", "update payments set amount = amount / 2"),
    Fault("all prices x 10, exported again", "again", prices("10")),
    Fault("new prices x 10", "new", prices("10", NEW_ORDERS)),
    Fault("new prices in cents", "new", prices("100", NEW_ORDERS)),
    Fault("new prices and payments x 10", "new", f"""
        {prices("10", NEW_ORDERS)};
        update payments set amount = amount * 10 where {NEW_ORDERS}
    """),
    Fault("prices of one category x 10", "new", prices(
        "10", f"{NEW_ORDERS} and sku_id in (select sku_id from skus where category_id = 'C2')"
    )),
    Fault("sign of discounts", "again", "update order_lines set line_discount = -line_discount"),
    Fault("sign of quantities", "new",
          f"update order_lines set quantity = -quantity where {NEW_ORDERS}"),
    Fault("currency of all orders", "again", "update orders set currency_code = 'USD'"),
    Fault("currency of new orders", "new",
          f"update orders set currency_code = 'USD' where {NEW}"),
    Fault("a new day is missing", "new", f"""
        delete from orders where {SECOND_DAY}; {DROP_CHILDREN}
        delete from events where
            cast(event_at + interval 8 hour as date) = date '{PUBLISHED}' + 1
    """),
    Fault("a new day's orders twice, ids new", "new", f"""
        {again_as("B", SECOND_DAY)} delete from payments where payment_id like 'B%'
    """),
    Fault("a channel is missing", "new",
          f"delete from orders where channel_id = 'direct' and {NEW}; {DROP_CHILDREN}"),
    Fault("half of the file of orders", "new",
          f"delete from orders where {NEW} and substr(order_id, 3)::integer % 2 = 0"),
    Fault("half of the file of lines", "new",
          f"delete from order_lines where {NEW_ORDERS} and substr(order_id, 3)::integer % 2 = 0"),
    Fault("half of the file of payments", "new",
          f"delete from payments where {NEW_ORDERS} and substr(order_id, 3)::integer % 2 = 0"),
    Fault("time zone of all orders", "again", """
        update orders set placed_at = placed_at + interval 8 hour,
            paid_at = paid_at + interval 8 hour
    """),
    Fault("ids of old orders used again", "new", f"""
        create table reused as
        select order_id, (select min(order_id) from orders as first
            where substr(first.order_id, 3)::integer = substr(o.order_id, 3)::integer - 9900)
            as old_id
        from orders as o where {NEW};
        delete from reused where old_id is null;
        update order_lines set order_id = old_id from reused
            where order_lines.order_id = reused.order_id;
        update payments set order_id = old_id from reused
            where payments.order_id = reused.order_id;
        delete from orders where order_id in (select old_id from reused);
        update orders set order_id = old_id from reused where orders.order_id = reused.order_id
    """),
    Fault("columns swapped: price and discount", "new", f"""
        update order_lines set unit_price = line_discount, line_discount = unit_price
        where {NEW_ORDERS}
    """),
    Fault("columns swapped: line number and quantity", "again",
          "update order_lines set quantity = line_no, line_no = 10 * line_no + quantity"),
    Fault("decimals cut", "new", f"""
        update order_lines set unit_price = floor(unit_price) where {NEW_ORDERS}
    """),
    Fault("refunds x 10", "again", """
        update refunds set amount = amount * 10; update refund_lines set amount = amount * 10
    """),
    Fault("quantities x 100", "new",
          f"update order_lines set quantity = quantity * 100 where {NEW_ORDERS}"),
    Fault("discounts as percent of a price", "new", f"""
        update order_lines set line_discount = 0.1, unit_price = list_price where {NEW_ORDERS}
    """),
    Fault("orders of another shop mixed in", "again",
          again_as("Z", "substr(order_id, 3)::integer % 4 = 0")),
    Fault("no new order is paid", "new",
          f"update orders set status = 'placed', paid_at = null where {NEW}"),
    Fault("statuses shuffled", "again", """
        update orders set status = 'placed', paid_at = null
        where substr(order_id, 3)::integer % 7 = 0
    """),
    Fault("new dates a year off", "new", f"""
        create table shifted as select order_id from orders where {NEW};
        update orders set placed_at = placed_at - interval 1 year,
            paid_at = paid_at - interval 1 year
        where order_id in (select order_id from shifted)
    """),
    Fault("lines twice under other numbers", "new", f"""
        insert into order_lines select * replace (line_no + 10 as line_no)
        from order_lines where {NEW_ORDERS}
    """),
    Fault("second lines are missing", "again", """
        update order_lines set quantity = 0 where line_no = 2
    """),
    Fault("half of the new visits dropped", "new", f"""
        delete from events where event_at + interval 8 hour >= date '{PUBLISHED}'
            and length(visitor_id) % 2 = 0
    """),
    Fault("all new visits dropped", "new",
          f"delete from events where event_at + interval 8 hour >= date '{PUBLISHED}'"),
    Fault("a join of the mart fans out", "built", """
        insert into sales.fct_orders select * replace (order_id || '-2' as order_id)
        from sales.fct_orders where hash(order_id) % 10 = 0
    """),
    Fault("(honest) three days more", "new", "", is_fault=False),
    Fault("(honest) the whole shop again", "again", "", is_fault=False),
    Fault("(honest) late orders, a correction, a cancellation", "again", f"""
        {again_as("L", "order_id in ('SO009307', 'SO009509')")}
        update order_lines set quantity = quantity + 1 where order_id = 'SO005005';
        update payments set amount = amount + 150 where order_id = 'SO005005';
        update orders set status = 'cancelled', cancelled_at = placed_at + interval 2 hour
        where order_id = 'SO008003'
    """, is_fault=False),
    Fault("(honest) a day of promotion", "new", f"""
        {again_as("P", SECOND_DAY)}
        insert into events select * replace ('P' || event_id as event_id,
            'P' || visitor_id as visitor_id, 'P' || order_id as order_id)
            from events where cast(event_at + interval 8 hour as date) = date '{PUBLISHED}' + 1;
        update order_lines set line_discount = round(unit_price * quantity * 0.3, 2)
        where order_id in (select order_id from orders where {SECOND_DAY});
        update payments set amount = due.amount
        from (
            select order_id, sum(unit_price * quantity - line_discount)
                + max(shipping_fee) as amount
            from order_lines inner join orders using (order_id) group by order_id
        ) as due
        where payments.order_id = due.order_id
    """, is_fault=False),
)  # fmt: skip
