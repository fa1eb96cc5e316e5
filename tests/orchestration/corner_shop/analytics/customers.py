"""What customers are worth, one beside the other."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def ranks(int_customer_totals: "pd.DataFrame") -> "pd.DataFrame":
    """Customers by what they have paid, from 1: `customer_id`, `spend_rank`."""
    spend_rank = int_customer_totals["gmv_paid_amount"].rank(method="min", ascending=False)
    return int_customer_totals[["customer_id"]].assign(spend_rank=spend_rank.astype("int64"))
