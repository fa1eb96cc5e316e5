-- Purchase orders with their deliveries. Stocking cycles are dealt out along a log-logistic curve
-- within each half-year, so that the planted median and service level are exact at any scale.

create table plan.purchase_orders as
with dated as (
    select
        supplies.*,
        days.promo_id,
        products.launched_on,
        suppliers.is_partner,
        suppliers.lead_time_days,
        suppliers.payment_days,
        suppliers.reliability,
        hubs.warehouse_number as hub_number,
        -- Ready for sale the day before it has to serve.
        utc(cast(supplies.day as timestamp)) - (7 + 6 * uniform('stocked', supplies.supply_number)) * interval 1 hour
            as stocked_at,
        supplies.day >= days_later(as_of(), -parameter('purchasing.jit_since')) as is_since_jit,
        year(supplies.day) * 2 + (month(supplies.day) - 1) // 6 as half
    from plan.supplies as supplies
    left join plan.days as days on least(supplies.day, days_later(as_of(), -1)) = days.day
    inner join plan.suppliers as suppliers using (supplier_number)
    inner join plan.products as products on supplies.sku_number = products.sku_number
    left join plan.listings as hubs on supplies.sku_number = hubs.sku_number and hubs.listing_number = 0
    where supplies.kind != 'opening'
),

ranked as (
    select
        *,
        (row_number() over (
            partition by tier, is_since_jit, half order by uniform('cycle', supply_number), supply_number
        ) - 0.5) / count(*) over (partition by tier, is_since_jit, half) as position,
        row_number() over (
            partition by promo_id is not null, half order by uniform('late', supply_number) * reliability, supply_number
        ) <= round(
            count(*) over (partition by promo_id is not null, half)
            * case
                when promo_id is null then parameter('purchasing.late')
                else parameter('purchasing.late_in_promotion')
            end
        ) as is_late,
        row_number() over (partition by half order by uniform('short', supply_number), supply_number)
        <= round(count(*) over (partition by half) * parameter('purchasing.short')) as is_short
    from dated
),

odds as (
    select
        *,
        least(greatest(position, 0.02), 0.98) / (1 - least(greatest(position, 0.02), 0.98)) as odds
    from ranked
),

timed as (
    select
        * exclude (odds),
        case
            when tier = 'head' then parameter('purchasing.sla') * power(
                odds * (1 - parameter('purchasing.share_within_sla')) / parameter('purchasing.share_within_sla'), 0.3
            )
            when tier = 'mid' then lead_time_days * 24 * power(odds, 0.12)
            when is_since_jit then parameter('purchasing.tail_after') * power(odds, 0.15)
            else parameter('purchasing.tail_before') * power(odds, 0.15)
        end as hours
    from odds
),

scheduled as (
    select
        *,
        stocked_at - hours * interval 1 hour as triggered_at,
        stocked_at - 0.9 * hours * interval 1 hour as ordered_at,
        stocked_at - 0.8 * hours * interval 1 hour as confirmed_at,
        stocked_at - least(4, 0.05 * hours) * interval 1 hour as received_at
    from timed
)

select
    *,
    'PO' || lpad(cast(supply_number as varchar), 8, '0') as po_id,
    'L' || lpad(cast(supply_number as varchar), 8, '0') as lot_id,
    case
        when is_late then received_at - least(0.3 * hours, 2 + 70 * uniform('delay', supply_number)) * interval 1 hour
        else received_at + (1 + 24 * uniform('early', supply_number)) * interval 1 hour
    end as promised_at,
    case
        when uniform('quality', supply_number) < parameter('purchasing.quality_failures')
            then 1 + cast(floor(quantity * 0.05) as bigint)
        else 0
    end as failed_quantity,
    case when is_short then 1 + cast(floor(quantity * 0.2) as bigint) else 0 end as missing_quantity,
    tier = 'head' and hub_number != warehouse_number
    and uniform('through hub', supply_number) < parameter('purchasing.share_through_hub') as is_through_hub
from scheduled
where ordered_at < utc(cast(as_of() as timestamp));

create table shop.purchase_orders as
with written as (
    select
        orders.*,
        received_at < utc(cast(as_of() as timestamp)) as is_received,
        case when is_through_hub then hub_number else warehouse_number end as destination_number,
        costs.purchase_cost * case when promo_id is null then 1 else 1 + parameter('purchasing.promotion_premium') end
            as unit_price
    from plan.purchase_orders as orders
    asof left join plan.costs as costs
        on orders.sku_number = costs.sku_number and orders.day >= costs.valid_from
),

final as (
    select
        po_id,
        'SUP' || lpad(cast(supplier_number as varchar), 3, '0') as supplier_id,
        'SKU' || lpad(cast(sku_number as varchar), 5, '0') as sku_id,
        'W' || (1 + destination_number) as warehouse_id,
        'B' || lpad(cast(1 + pick('buyer', sku_number // 10, 12) as varchar), 2, '0') as buyer_id,
        case
            when tier != 'tail' then 'PL' || lpad(cast(sku_number as varchar), 5, '0')
                || strftime(least(greatest(day, launched_on), days_later(as_of(), -1)), '%Y%m')
        end as plan_id,
        case
            when kind = 'over-purchase' then 'manual'
            when tier = 'tail' and is_since_jit then ['jit', 'presale'][1 + pick('trigger', supply_number, 2)]
            when promo_id is not null and tier = 'head' then 'promotion'
            when uniform('by hand', supply_number) < 0.2 then 'manual'
            else 'rule'
        end as trigger,
        case
            when is_received and is_short then 'partly_received'
            when is_received then 'received'
            when confirmed_at < utc(cast(as_of() as timestamp)) then 'confirmed'
            else 'ordered'
        end as status,
        triggered_at,
        ordered_at,
        case when confirmed_at < utc(cast(as_of() as timestamp)) then confirmed_at end as confirmed_at,
        promised_at,
        case when received_at + interval 3 day < utc(cast(as_of() as timestamp)) then received_at + interval 3 day end
            as invoiced_at,
        case
            when received_at + (3 + payment_days) * interval 1 day < utc(cast(as_of() as timestamp))
                then received_at + (3 + payment_days) * interval 1 day
        end as invoice_paid_at,
        cast(null as timestamp) as cancelled_at,
        tier = 'head' and is_partner and uniform('pool', supply_number) < 0.5 as is_capacity_pool,
        tier = 'head' and hours < parameter('purchasing.sla') / 3 as is_expedited,
        cast(quantity + failed_quantity + missing_quantity as integer) as quantity,
        case
            when confirmed_at < utc(cast(as_of() as timestamp)) then cast(
                quantity + failed_quantity
                + case when uniform('confirms all', supply_number) < 0.5 then missing_quantity else 0 end as integer
            )
        end as confirmed_quantity,
        'CNY' as currency_code,
        cast(round(unit_price, 4) as decimal(18, 4)) as unit_price,
        cast(case
            when tier = 'head' and hours < parameter('purchasing.sla') / 3 then round(20 + 1.5 * quantity, 2)
            else 0
        end as decimal(18, 2)) as expedite_cost
    from written
)

select *
from final
-- Some were cancelled before the supplier confirmed, and placed again.
union all
select
    * replace (
        po_id || '-C' as po_id,
        'cancelled' as status,
        null as confirmed_at,
        null as invoiced_at,
        null as invoice_paid_at,
        null as confirmed_quantity,
        0 as expedite_cost,
        false as is_expedited,
        triggered_at + interval 1 hour as ordered_at,
        triggered_at + interval 2 hour as cancelled_at
    )
from final
where uniform('cancelled', cast(substr(po_id, 3) as bigint)) < parameter('purchasing.cancelled')
order by po_id;

create table shop.po_receipts as
select
    'RC' || substr(po_id, 3) as receipt_id,
    po_id,
    'SKU' || lpad(cast(sku_number as varchar), 5, '0') as sku_id,
    'W' || (1 + case when is_through_hub then hub_number else warehouse_number end) as warehouse_id,
    lot_id,
    received_at,
    case when stocked_at < utc(cast(as_of() as timestamp)) then stocked_at end as stocked_at,
    cast(quantity + failed_quantity as integer) as quantity,
    cast(failed_quantity as integer) as quality_failed_quantity
from plan.purchase_orders
where received_at < utc(cast(as_of() as timestamp))
order by po_id;
