-- Net sales to the cent, as decimals; ratios within a trillionth of their size. A bridge that is
-- not measurable has no parts at all.
with

bridges as (
    select
        metric_id,
        period,
        from_dialect_id,
        to_dialect_id,
        max(from_value) as from_value,
        max(to_value) as to_value,
        sum(change_in_value) as change_in_value,
        sum(cast(change_in_value as decimal(18, 2))) as change_amount,
        count(change_in_value) as part_count,
        count(*) as step_count
    from {{ ref('fct_bridges') }}
    group by metric_id, period, from_dialect_id, to_dialect_id
)

select *
from bridges
where
    part_count not in (0, step_count)
    or (part_count > 0 and (from_value is null or to_value is null))
    or (
        metric_id = 'net_sales'
        and change_amount
        != cast(to_value as decimal(18, 2)) - cast(from_value as decimal(18, 2))
    )
    or abs(change_in_value - (to_value - from_value))
    > 1e-12 * greatest(1, abs(from_value), abs(to_value))
