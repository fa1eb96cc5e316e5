"""A shop of hand size: 17 orders a day for 14 weeks and some days, as its systems export it."""

from datetime import date, timedelta
from pathlib import Path

import duckdb

FIRST_DAY = date(2026, 3, 2)
AS_OF = date(2026, 6, 12)
"""The first day that the shop has not lived yet."""
NEW_DAYS = 3
PUBLISHED = AS_OF - timedelta(days=NEW_DAYS)
"""The first day that the first delivery does not tell."""

# Rows of a table and when they come to be. Times are UTC, days are those of the shop: UTC+8. All
# figures are made of remainders, so that days differ as they do, and are the same on each machine.
TABLES = {
    "categories": """
        select 'C' || range as category_id, null as parent_category_id,
            'Category ' || range as category_name, '类目' || range as category_name_zh,
            1 as level, timestamp '2025-01-01' as opened_at
        from range(1, 5)
    """,
    "spus": """
        select 'P' || lpad(range::text, 2, '0') as spu_id, 'Ware ' || range as spu_name,
            'C' || (1 + range % 4) as category_id, null as detail_text,
            true as has_quality_report, true as has_buyer_show, true as has_guarantee,
            false as has_video
        from range(1, 13)
    """,
    "skus": """
        select 'S' || lpad(range::text, 2, '0') as sku_id,
            'P' || lpad(range::text, 2, '0') as spu_id,
            'Ware ' || range as sku_name, 'C' || (1 + range % 4) as category_id, null as brand_id,
            null as supplier_id, null as new_class, 'mid' as price_band,
            'core' as assortment_role, 'owned' as stocking_mode, 'human' as selected_by,
            'active' as status, null as selected_at, null as launched_at, null as incubated_at,
            null as delisted_at, date '2025-01-01' as stocking_mode_since_date,
            false as is_partner_brand, (range * 17 + 12.90)::decimal(18, 2) as list_price,
            0.5 as gross_weight_kg
        from range(1, 13)
    """,
    "users": """
        select 'U' || lpad(range::text, 3, '0') as user_id, 13900000000 + range as phone,
            'u' || range || '@example.invalid' as email, 'search' as register_channel_id,
            'pc' as register_terminal, null as register_group_id, null as invited_by_user_id,
            'CN-SH' as region_id, null as gender, null as age_band, 'active' as status,
            timestamp '2025-06-01' + range * interval 1 hour as registered_at, null as closed_at,
            false as is_staff
        from range(1, 200)
    """,
    "fx_rates": """
        select date '2026-01-01' as rate_date, 'USD' as base_currency_code,
            'CNY' as quote_currency_code, 7.2 as rate
    """,
    "targets": """
        select 'T1' as target_id, 'gmv_paid' as metric_id, 'company' as scope_type,
            null as scope_id, date '2026-01-01' as starts_date, date '2026-07-01' as ends_date,
            1 as version, timestamp '2025-12-01' as set_at, 600000 as value
    """,
    # Of seven minutes' steps within the shop's day; more on weekends.
    "placed": """
        select
            n * 100 + i as number,
            n as day_number,
            date '{first}' + n::integer as local_date,
            (date '{first}' + n::integer) - interval 8 hour
                + (i * 83 + n * 7) % 1440 * interval 1 minute as placed_at,
            (n * 13 + i * 7) % 20 != 0 as is_paid
        from range({days}) as days (n)
        cross join range(24) as orders (i)
        where i < 14 + n * 11 % 5 + case when n % 7 > 4 then 4 else 0 end
    """,
    "order_lines": """
        select
            'SO' || lpad(number::text, 6, '0') as order_id,
            line_no,
            'S' || lpad((1 + (number * 5 + day_number + line_no * 3) % 12)::text, 2, '0')
                as sku_id,
            null as bundle_id, null as promo_id, null as subscription_id, false as is_gift,
            1 + (number + line_no) % 3 as quantity,
            ((1 + (number * 5 + day_number + line_no * 3) % 12) * 17 + 12.90)::decimal(18, 2)
                as list_price,
            (list_price * case number % 4 when 0 then 0.9 else 1 end)::decimal(18, 2)
                as unit_price,
            case number % 5 when 0 then 7.50 else 0 end as line_discount,
            null as alloc_order_discount
        from placed
        cross join (values (1), (2)) as lines (line_no)
        where line_no = 1 or number % 3 != 0
    """,
    "orders": """
        select
            'SO' || lpad(number::text, 6, '0') as order_id,
            'U' || lpad((1 + number % 199)::text, 3, '0') as user_id,
            'V' || lpad((1 + number % 199)::text, 3, '0') as visitor_id,
            null as open_id, 'SHOP1' as shop_id, 'own_store' as platform,
            case when number % 3 = 0 then 'direct' else 'search' end as channel_id,
            'pc' as terminal, null as campaign_id, null as utm_source, null as utm_medium,
            null as promo_code, null as live_session_id, null as group_id, null as warehouse_id,
            'CN-SH' as region_id, 'Shanghai' as receiver_city,
            case when is_paid then 'paid' else 'placed' end as status, null as cancel_reason,
            placed_at, null::timestamp as deposit_paid_at,
            case when is_paid then placed_at + interval 3 minute end as paid_at,
            null::timestamp as cancelled_at, null::timestamp as completed_at,
            false as is_presale, false as is_test,
            'CNY' as currency_code, 0 as order_discount,
            case when number % 2 = 0 then 6 else 0 end as shipping_fee, 0 as tax
        from placed
    """,
    "payments": """
        select
            'PAY' || substr(order_id, 3) as payment_id, order_id, user_id, 'full' as payment_kind,
            'alipay' as method, 'succeeded' as status, null as fail_reason,
            paid_at as attempted_at, paid_at as succeeded_at, currency_code,
            (select sum(unit_price * quantity - line_discount) from order_lines
            where order_lines.order_id = orders.order_id) + shipping_fee as amount,
            null as fx_rate
        from orders
        where paid_at is not null
    """,
    "refund_lines": """
        select
            'R' || substr(order_id, 3) as refund_id, order_id, line_no, sku_id,
            null as reason_code, 1 as quantity,
            least(unit_price - line_discount, 40) as amount
        from order_lines
        inner join orders using (order_id)
        where
            substr(order_id, 3)::integer % 11 = 0 and line_no = 1 and paid_at is not null
            and placed_at < timestamp '{as_of}' - interval 5 day
    """,
    "refunds": """
        select
            refund_id, order_id, user_id, 'refund_only' as refund_type, 'refunded' as status,
            'other' as reason_code, 'human' as handled_by, null as carrier_id,
            placed_at + interval 3 day as requested_at, requested_at as approved_at,
            null as pickup_at, null as received_at, requested_at as refunded_at,
            null as is_damaged, null as is_lost, 'CNY' as currency_code, amount,
            0 as shipping_refund, null as return_freight_cost
        from refund_lines
        inner join orders using (order_id)
    """,
    # Who orders has looked before; three times as many only look.
    "events": """
        with visits as (
            select order_id as visit, visitor_id, user_id,
                placed_at - interval 10 minute as begun_at, order_id, paid_at, steps.*
            from orders
            cross join (
                values (0, 'page_view'), (1, 'detail_view'), (2, 'add_to_cart'),
                    (3, 'begin_checkout'), (4, 'submit_order'), (5, 'pay')
            ) as steps (step, event_name)
            where event_name != 'pay' or paid_at is not null
            union all
            select 'L' || number || '-' || looked, 'W' || number || '-' || looked, null,
                placed_at + looked * interval 20 minute, null, null, steps.*
            from placed
            cross join range(3) as lookers (looked)
            cross join (values (0, 'page_view'), (1, 'detail_view')) as steps (step, event_name)
            where step = 0 or (number + looked) % 2 = 0
        )

        select
            'E' || visit || '-' || step as event_id, event_name, visitor_id, user_id,
            null as open_id, null as session_hint,
            begun_at + step * interval 2 minute as event_at,
            event_at + interval 1 second as received_at, 'pc' as terminal,
            case step when 0 then 'home' when 1 then 'detail' when 2 then 'detail'
                else 'checkout' end as page_type,
            'p' || step as page_id,
            case when step in (1, 2) then 'S01' end as sku_id,
            case when step = 2 then 1 end as quantity,
            case when step > 3 then order_id end as order_id,
            {untold}
        from visits
    """,
}
UNTOLD = (
    "content_id", "element_id", "block_type", "is_first_screen", "position", "rec_id",
    "rec_slot_id", "rec_model", "search_text", "live_session_id", "utm_source", "utm_medium",
    "campaign_id", "referrer_host", "scroll_share", "engaged_seconds", "cart_amount",
    "free_shipping_gap", "freight_shown", "payment_methods", "payment_method", "region_id",
    "user_agent", "ip_hash", "sdk_version",
)  # fmt: skip
"""What the shop's tracking leaves empty."""
# When the rows of a table came to be; all others are there from the beginning.
SINCE = {
    "orders": "placed_at",
    "order_lines": "(select placed_at from orders where orders.order_id = order_lines.order_id)",
    "payments": "attempted_at",
    "refunds": "refunded_at",
    "refund_lines": (
        "(select refunded_at from refunds where refunds.refund_id = refund_lines.refund_id)"
    ),
    "events": "event_at",
}


def live(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the tables of the shop, as of `AS_OF`; `told_date` is when a row is first exported."""
    for table, rows in TABLES.items():
        told = rows.format(
            first=FIRST_DAY,
            days=(AS_OF - FIRST_DAY).days,
            as_of=AS_OF,
            untold=", ".join(f"null as {column}" for column in UNTOLD),
        )
        connection.execute(f"create table {table} as {told}")
    for table in TABLES:
        since = SINCE.get(table, f"timestamp '{FIRST_DAY}' - interval 8 hour")
        connection.execute(f"alter table {table} add column told_date date")
        connection.execute(f"update {table} set told_date = {since} + interval 8 hour")


def export(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    since: date = FIRST_DAY,
    until: date = AS_OF,
) -> None:
    """Writes what is told on some days as CSV, one file a table; unless it is nothing."""
    folder.mkdir(parents=True)
    for table in TABLES.keys() - {"placed"}:
        rows = connection.sql(f"""
            select * exclude (told_date)
            from {table}
            where told_date >= date '{since}' and told_date < date '{until}'
        """)
        if rows.shape[0]:
            rows.write_csv(str(folder / f"{table}.csv"))
