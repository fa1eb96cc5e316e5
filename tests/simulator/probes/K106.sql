-- From trigger to shelf for the long tail, on either side of just-in-time.
select
    case
        when local_day(orders.ordered_at) < skus.stocking_mode_since_date then 'before_median'
        else 'after_median'
    end as scope,
    median(epoch(receipts.stocked_at - orders.triggered_at) / 3600) as value
from purchase_orders as orders
inner join po_receipts as receipts using (po_id)
inner join skus on orders.sku_id = skus.sku_id
where skus.assortment_role = 'long_tail'
group by scope;
