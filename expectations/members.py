"""The gate of members."""

from expectations.suite import Baseline, Suite, identity, on, volume

# People rarely ask to be deleted; losing more means that a source is missing.
MEMBERS_AT_LEAST = 0.98
# Registrations at most double the base between two refreshes.
MEMBERS_AT_MOST = 2.0


def suite(baseline: Baseline) -> Suite:
    """Volume, and agreement with sales to the cent."""
    return [
        on(
            "members.dim_members",
            volume(
                "members_keep_their_volume",
                "There are about as many members as in the published version, or more.",
                table="members.dim_members",
                baseline=baseline,
                at_least=MEMBERS_AT_LEAST,
                at_most=MEMBERS_AT_MOST,
            ),
            identity(
                "members_spend_what_sales_say",
                "Members' paid orders and amounts are those of the orders that are not anonymous.",
                """
                select members.orders, sales.orders as orders_of_sales,
                    members.paid, sales.paid as paid_of_sales
                from (
                    select
                        coalesce(sum(paid_order_count), 0) as orders,
                        coalesce(sum(gmv_paid_amount), 0) as paid,
                        coalesce(sum(net_sales_by_order_date_amount), 0) as net
                    from members.dim_members
                ) as members
                cross join (
                    select
                        count(*) as orders,
                        coalesce(sum(gmv_paid_amount), 0) as paid,
                        coalesce(sum(net_sales_by_order_date_amount), 0) as net
                    from sales.fct_orders
                    where is_paid and not is_anonymous
                ) as sales
                where
                    members.orders is distinct from sales.orders
                    or members.paid is distinct from sales.paid
                    or members.net is distinct from sales.net
                """,
            ),
            identity(
                "first_orders_come_first",
                "No member's first order comes after the last one.",
                """
                select person_id, first_order_date, last_order_date
                from members.dim_members
                where first_order_date > last_order_date
                    or (paid_order_count = 0) is distinct from (first_order_date is null)
                """,
            ),
        ),
    ]
