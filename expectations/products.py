"""The gate of products."""

from expectations.suite import Baseline, Suite, identity, on, volume

# Products leave the shop, yet stay in its history; losing more means that a source is missing.
PRODUCTS_AT_LEAST = 0.98
# A season's new products at most double the range between two refreshes.
PRODUCTS_AT_MOST = 2.0
# A name is missing only where stock was written off before the product was ever sold.
UNNAMED_AT_MOST = 0.05


def suite(baseline: Baseline) -> Suite:
    """Volume, names, and agreement with what was sold."""
    return [
        on(
            "products.dim_products",
            volume(
                "products_keep_their_volume",
                "There are about as many products as in the published version, or more.",
                table="products.dim_products",
                baseline=baseline,
                at_least=PRODUCTS_AT_LEAST,
                at_most=PRODUCTS_AT_MOST,
            ),
            identity(
                "products_have_names",
                f"At most {UNNAMED_AT_MOST:.0%} of the products ever sold have no name.",
                f"""
                select count(*) filter (where sku_name is null) as unnamed, count(*) as products
                from products.dim_products
                where is_ever_sold and is_known
                having count(*) filter (where sku_name is null) > count(*) * {UNNAMED_AT_MOST}
                """,
            ),
            identity(
                "what_was_sold_is_known",
                "Exactly the products with a paid line are marked as sold.",
                """
                select sku_id, products.is_ever_sold, sold.sku_id as sold_sku_id
                from products.dim_products as products
                full join (
                    select distinct sku_id from sales.fct_order_lines where is_paid and not is_gift
                ) as sold using (sku_id)
                where coalesce(products.is_ever_sold, false) != (sold.sku_id is not null)
                """,
            ),
        ),
    ]
