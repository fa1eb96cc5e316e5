-- Cost is fee, commission and samples; sales are those of the collaboration's code.
with sold as (
    select
        promo_code,
        sum(gmv) as gmv
    from paid_orders
    where promo_code is not null and half = latest_half()
    group by promo_code
)

select
    'gmv_per_cost' as scope,
    sum(sold.gmv) / sum(
        contracts.fee_fixed + contracts.sample_cost + coalesce(sold.gmv, 0) * contracts.commission_rate
    ) as value
from kol_contracts as contracts
left join sold using (promo_code)
where contracts.starts_date >= date '2026-01-01';
