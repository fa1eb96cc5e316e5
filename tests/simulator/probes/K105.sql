-- Owned lots that have lain for more than 90 days, at cost, at both ends of a year.
with lots as (
    select
        ends.day,
        moves.lot_id,
        moves.sku_id,
        sum(moves.quantity * moves.unit_cost) as amount
    from inventory_moves as moves
    cross join (values (date '2025-06-30'), (date '2026-06-30')) as ends (day)
    where
        moves.ownership = 'owned'
        and local_day(moves.moved_at) <= ends.day
        and ends.day - local_day(moves.received_lot_at) > 90
    group by ends.day, moves.lot_id, moves.sku_id
)

select
    'yoy' as scope,
    sum(amount) filter (where day = date '2026-06-30') / sum(amount) filter (where day = date '2025-06-30')
    - 1 as value
from lots;
