-- Owned stock at cost of products that are bought just in time, once they are.
select
    'jit' as scope,
    coalesce(sum(moves.quantity * moves.unit_cost), 0) as value
from inventory_moves as moves
inner join skus using (sku_id)
where
    skus.stocking_mode = 'jit' and moves.ownership = 'owned'
    and local_day(moves.moved_at) >= skus.stocking_mode_since_date;
