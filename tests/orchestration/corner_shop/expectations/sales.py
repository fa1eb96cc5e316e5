"""The gate of sales."""

from expectations.suite import Baseline, Suite, identity, on, volume


def suite(baseline: Baseline) -> Suite:
    """Volume, regions, and lines that add up."""
    return [
        on(
            "sales.fct_orders",
            volume(
                "orders_keep_their_volume",
                "There are about as many orders as in the published version, or more.",
                table="sales.fct_orders",
                baseline=baseline,
                at_least=0.5,
                at_most=2,
            ),
            identity(
                "regions_are_known",
                "Every order goes to a region of core.",
                """
                select order_id, region_id
                from sales.fct_orders
                where region_id not in (select region_id from core.dim_regions)
                """,
            ),
            identity(
                "lines_add_up_to_orders",
                "The lines of every order add up to it, to the cent.",
                """
                select order_id, orders.gmv_paid_amount, lines.gmv_paid_amount as of_lines
                from sales.fct_orders as orders
                full join (
                    select order_id, sum(gmv_paid_amount) as gmv_paid_amount
                    from sales.fct_order_lines
                    group by order_id
                ) as lines using (order_id)
                where orders.gmv_paid_amount is distinct from lines.gmv_paid_amount
                """,
            ),
        ),
        on(
            "sales.fct_order_lines",
            identity(
                "lines_are_worth_something",
                "No line is worth less than nothing.",
                "select order_line_id from sales.fct_order_lines where gmv_paid_amount < 0",
            ),
        ),
    ]
