-- Stock movements as the shop exports them, with transfers and disposals.

create table shop.transfers as
select
    'XD' || order_number || '-' || line_no as transfer_id,
    'SKU' || lpad(cast(sku_number as varchar), 5, '0') as sku_id,
    'W' || (1 + stock_number) as from_warehouse_id,
    'W' || (1 + warehouse_number) as to_warehouse_id,
    'jit' as reason,
    lines.paid_at as triggered_at,
    lots_out.moved_at as shipped_at,
    lines.shipped_at as received_at,
    cast(lines.quantity as integer) as quantity,
    cast(2 + 0.6 * lines.quantity as decimal(18, 2)) as cost
from plan.stock_lines as lines
inner join plan.lots_out as lots_out on lines.line_key * 4 = lots_out.out_key
where lines.is_cross_dock
union all
select
    'XH' || supply_number as transfer_id,
    'SKU' || lpad(cast(sku_number as varchar), 5, '0') as sku_id,
    'W' || (1 + hub_number) as from_warehouse_id,
    'W' || (1 + warehouse_number) as to_warehouse_id,
    'replenish' as reason,
    triggered_at,
    received_at + interval 1 hour as shipped_at,
    received_at + interval 6 hour as received_at,
    cast(quantity as integer) as quantity,
    cast(15 + 0.4 * quantity as decimal(18, 2)) as cost
from plan.purchase_orders
where is_through_hub and received_at < utc(cast(as_of() as timestamp))
order by transfer_id;

-- S is cleared live, A on other platforms, B and C are taken apart or go back (K104).
create table plan.disposals as
select
    *,
    'D' || lpad(cast(pair_key as varchar), 6, '0') as disposal_id,
    case
        when grade = 'S' then 'live_clearance'
        when grade = 'A' then 'cross_platform'
        when uniform('sent back', pair_key) < 0.15 then 'supplier_return'
        when uniform('scrapped', pair_key) < 0.10 then 'scrap'
        else 'dismantle_reuse'
    end as route
from plan.slow_stock
where cleared_quantity > 0;

create table shop.disposals as
with priced as (
    select
        *,
        cast(round(cleared_quantity * unit_cost, 2) as decimal(18, 2)) as book_value,
        case route
            when 'live_clearance' then 0.60
            when 'cross_platform' then 0.70
            when 'supplier_return' then 0.50
            when 'dismantle_reuse' then 0.30
            else 0
        end + case route when 'scrap' then 0 else 0.15 * (uniform('recovers', pair_key) - 0.5) end as recovery
    from plan.disposals
)

select
    disposal_id,
    'SKU' || lpad(cast(sku_number as varchar), 5, '0') as sku_id,
    'W' || (1 + warehouse_number) as warehouse_id,
    grade,
    route,
    cast(null as varchar) as live_session_id,
    utc(cast(cleared_on as timestamp)) - (3 + 20 * uniform('decided', pair_key)) * interval 1 day as decided_at,
    utc(cast(cleared_on as timestamp) + interval 23 hour + interval 30 minute) as disposed_at,
    cast(cleared_quantity as integer) as quantity,
    book_value,
    cast(round(book_value * recovery, 2) as decimal(18, 2)) as recovered_value,
    cast(round(0.8 * cleared_quantity + 30, 2) as decimal(18, 2)) as cost
from priced
order by disposal_id;

create table plan.moves as
-- What lay there when history begins, and what was bought.
select
    'MI' || lots.in_key as move_id,
    lots.pair_key,
    case when supplies.kind = 'opening' then 'adjust' else 'receipt' end as move_type,
    lots.lot_id,
    cast(null as bigint) as order_number,
    orders.po_id,
    cast(null as varchar) as transfer_id,
    cast(null as varchar) as disposal_id,
    lots.ownership,
    lots.moved_at,
    lots.lot_at,
    lots.quantity,
    lots.unit_cost
from plan.lots_in as lots
inner join plan.supplies as supplies on lots.in_key = supplies.supply_number * 2
left join plan.purchase_orders as orders using (supply_number)
where not coalesce(orders.is_through_hub, false)
union all
-- Through the hub: received there, sent on, received again.
select
    'MH' || lots.in_key || '-' || step.step_number as move_id,
    case step.at_hub when true then orders.sku_number * 16 + orders.hub_number else lots.pair_key end as pair_key,
    step.move_type,
    lots.lot_id,
    null as order_number,
    case step.move_type when 'receipt' then orders.po_id end as po_id,
    case step.move_type when 'transfer' then 'XH' || orders.supply_number end as transfer_id,
    null as disposal_id,
    lots.ownership,
    orders.received_at + step.hours_later * interval 1 hour as moved_at,
    lots.lot_at,
    lots.quantity * step.direction as quantity,
    lots.unit_cost
from plan.lots_in as lots
inner join plan.purchase_orders as orders on lots.in_key = orders.supply_number * 2 and orders.is_through_hub
cross join (
    values (1, true, 'receipt', 0, 1), (2, true, 'transfer', 1, -1), (3, false, 'transfer', 6, 1)
) as step (step_number, at_hub, move_type, hours_later, direction)
union all
-- What left: sold here, sent on, missing or disposed of.
select
    'MO' || uses.out_key || '-' || uses.in_key as move_id,
    uses.pair_key,
    case
        when lots_out.reason = 'sale' then 'sale'
        when lots_out.reason = 'cross-dock' then 'transfer'
        when disposals.route = 'scrap' then 'scrap'
        when disposals.route = 'dismantle_reuse' then 'dismantle'
        else 'adjust'
    end as move_type,
    lots.lot_id,
    case lots_out.reason when 'sale' then uses.out_key // 64 end as order_number,
    null as po_id,
    case lots_out.reason when 'cross-dock' then 'XD' || lines.order_number || '-' || lines.line_no end as transfer_id,
    disposals.disposal_id,
    lots.ownership,
    lots_out.moved_at,
    lots.lot_at,
    -uses.quantity as quantity,
    lots.unit_cost
from plan.lot_uses as uses
inner join plan.lots_in as lots using (in_key)
inner join plan.lots_out as lots_out on uses.out_key = lots_out.out_key
left join plan.stock_lines as lines on lots_out.reason = 'cross-dock' and uses.out_key = lines.line_key * 4
left join plan.disposals as disposals on lots_out.reason = 'disposal' and uses.pair_key = disposals.pair_key
union all
-- What crossed the dock: in, and out with the parcel.
select
    'MX' || uses.out_key || '-' || uses.in_key || '-' || step.move_type as move_id,
    lines.sku_number * 16 + lines.warehouse_number as pair_key,
    step.move_type,
    lots.lot_id,
    case step.move_type when 'sale' then lines.order_number end as order_number,
    null as po_id,
    case step.move_type when 'transfer' then 'XD' || lines.order_number || '-' || lines.line_no end as transfer_id,
    null as disposal_id,
    lots.ownership,
    lines.shipped_at as moved_at,
    lots.lot_at,
    uses.quantity * step.direction as quantity,
    lots.unit_cost
from plan.lot_uses as uses
inner join plan.lots_in as lots using (in_key)
inner join plan.stock_lines as lines on uses.out_key = lines.line_key * 4 and lines.is_cross_dock
cross join (values ('transfer', 1), ('sale', -1)) as step (move_type, direction)
union all
-- What came back, and what of it did not go on sale again.
select
    'MR' || returns.line_key || '-' || step.step_number as move_id,
    returns.pair_key,
    case
        when step.step_number = 1 then 'return'
        when returns.is_damaged then 'scrap'
        else 'adjust'
    end as move_type,
    'LR' || returns.line_key as lot_id,
    case step.step_number when 1 then returns.order_number end as order_number,
    null as po_id,
    null as transfer_id,
    null as disposal_id,
    case
        when products.stocking_mode = 'consignment' then 'consignment'
        when products.tier = 'tail' and returns.day >= days_later(as_of(), -parameter('purchasing.jit_since'))
            then 'consignment'
        else 'owned'
    end as ownership,
    returns.received_at as moved_at,
    returns.received_at as lot_at,
    returns.quantity * step.direction as quantity,
    case
        when products.stocking_mode = 'consignment' then null
        when products.tier = 'tail' and returns.day >= days_later(as_of(), -parameter('purchasing.jit_since')) then null
        else costs.unit_cost
    end as unit_cost
from plan.stock_returns as returns
inner join plan.products as products using (sku_number)
asof left join plan.costs as costs on returns.sku_number = costs.sku_number and returns.day >= costs.valid_from
cross join (values (1, 1), (2, -1)) as step (step_number, direction)
where step.step_number = 1 or not returns.is_restocked;

create table shop.inventory_moves as
select
    move_id,
    'SKU' || lpad(cast(pair_key // 16 as varchar), 5, '0') as sku_id,
    'W' || (1 + pair_key % 16) as warehouse_id,
    move_type,
    lot_id,
    'O' || lpad(cast(order_number as varchar), 9, '0') as order_id,
    po_id,
    transfer_id,
    disposal_id,
    ownership,
    moved_at,
    lot_at as received_lot_at,
    cast(quantity as integer) as quantity,
    cast(unit_cost as decimal(18, 4)) as unit_cost
from plan.moves;
