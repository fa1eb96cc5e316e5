"""The gate of members."""

from expectations.suite import Baseline, Suite, expect, identity, on


def suite(baseline: Baseline) -> Suite:
    """Customers of sales, each with a rank."""
    return [
        on(
            "members.dim_customers",
            expect(
                "customers_are_ranked",
                "Python has given every customer a rank.",
                "ExpectColumnValuesToNotBeNull",
                column="spend_rank",
            ),
            identity(
                "customers_are_those_of_sales",
                "Customers are worth what their orders in sales are.",
                """
                select customer_id, customers.gmv_paid_amount, orders.gmv_paid_amount as of_orders
                from members.dim_customers as customers
                full join (
                    select customer_id, sum(gmv_paid_amount) as gmv_paid_amount
                    from sales.fct_orders
                    where customer_id is not null
                    group by customer_id
                ) as orders using (customer_id)
                where customers.gmv_paid_amount is distinct from orders.gmv_paid_amount
                """,
            ),
        )
    ]
