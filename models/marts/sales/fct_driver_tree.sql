-- Grain: period x comparison (qoq, yoy) x driver of net sales. The effects of a comparison add up
-- to the change of net sales to the cent. LMDI: the logarithmic mean of both sides' net sales times
-- the logarithm of the factor's own ratio, so no factor comes first and nothing remains.
with

factors as (
    select * from {{ ref('fct_growth_factors') }}
),

-- Without a refund at all, the sources do not tell; sales net of nothing would be wrong.
ever_refunded as (
    select count(*) as refund_count from {{ ref('fct_refund_lines') }}
),

paired as (
    select
        present.*,
        base.session_count as base_session_count,
        base.buyer_count as base_buyer_count,
        base.order_count as base_order_count,
        base.gmv_paid_amount as base_gmv_paid_amount,
        base.net_sales_by_refund_date_amount as base_amount,
        present.is_traffic_covered and base.is_traffic_covered
        and present.session_count > 0 and base.session_count > 0 as is_traffic_known,
        -- Paid value without buyers or orders would be an error of the data, and no logarithm.
        least(
            present.buyer_count, base.buyer_count,
            present.net_sales_by_refund_date_amount, base.net_sales_by_refund_date_amount,
            present.gmv_paid_amount, base.gmv_paid_amount
        ) > 0 as is_positive
    from factors as present
    inner join factors as base
        on
            present.period = base.period
            and present.comparison = base.comparison
            and base.is_base
    where not present.is_base
),

drivers as (
    select
        'traffic' as driver,
        1 as driver_number
    union all
    select
        'conversion' as driver,
        2 as driver_number
    union all
    select
        'buyers' as driver,
        3 as driver_number
    union all
    select
        'frequency' as driver,
        4 as driver_number
    union all
    select
        'basket' as driver,
        5 as driver_number
    union all
    select
        'returns' as driver,
        6 as driver_number
),

valued as (
    select
        paired.period,
        paired.comparison,
        paired.base_period,
        drivers.driver,
        drivers.driver_number,
        paired.net_sales_by_refund_date_amount as value_amount,
        paired.base_amount,
        paired.net_sales_by_refund_date_amount - paired.base_amount as change_amount,
        case
            when ever_refunded.refund_count = 0 then 'no source tells what was refunded'
            when not paired.is_positive
                then 'net sales, or the orders behind them, are not above zero on both sides'
            when drivers.driver in ('traffic', 'conversion') and not paired.is_traffic_known
                then 'no events tell the traffic of both sides'
        end as missing_reason,
        case drivers.driver
            when 'traffic' then cast(paired.session_count as double)
            when 'conversion' then {{ ratio('paired.buyer_count', 'paired.session_count') }}
            when 'buyers' then cast(paired.buyer_count as double)
            when 'frequency' then {{ ratio('paired.order_count', 'paired.buyer_count') }}
            when 'basket' then {{ ratio('paired.gmv_paid_amount', 'paired.order_count') }}
            when 'returns'
                then {{ ratio('paired.net_sales_by_refund_date_amount', 'paired.gmv_paid_amount') }}
        end as factor,
        case drivers.driver
            when 'traffic' then cast(paired.base_session_count as double)
            when 'conversion'
                then {{ ratio('paired.base_buyer_count', 'paired.base_session_count') }}
            when 'buyers' then cast(paired.base_buyer_count as double)
            when 'frequency' then {{ ratio('paired.base_order_count', 'paired.base_buyer_count') }}
            when 'basket' then {{ ratio('paired.base_gmv_paid_amount', 'paired.base_order_count') }}
            when 'returns' then {{ ratio('paired.base_amount', 'paired.base_gmv_paid_amount') }}
        end as base_factor
    from paired
    cross join drivers
    cross join ever_refunded
    -- Traffic x conversion are the buyers: these stand alone where nobody tells the traffic.
    where drivers.driver != 'buyers' or not paired.is_traffic_known
),

weighted as (
    select
        *,
        case
            when missing_reason is not null then null
            when change_amount = 0 then cast(value_amount as double)
            else cast(change_amount as double) / ln(cast(value_amount as double) / base_amount)
        end as logarithmic_mean
    from valued
),

rounded as (
    select
        *,
        case
            when missing_reason is null
                then {{ to_decimal('logarithmic_mean * ln(factor / base_factor)', 2) }}
        end as rounded_amount
    from weighted
),

ranked as (
    select
        *,
        change_amount - sum(rounded_amount) over (partition by period, comparison) as cents_left,
        row_number() over (
            partition by period, comparison
            order by abs(rounded_amount) desc nulls last, driver_number asc
        ) as size_rank
    from rounded
),

final as (
    select
        period,
        comparison,
        driver,
        base_period,
        cast(value_amount as decimal(18, 2)) as value_amount,
        cast(base_amount as decimal(18, 2)) as base_amount,
        cast(change_amount as decimal(18, 2)) as change_amount,
        case when missing_reason is null then factor end as factor,
        case when missing_reason is null then base_factor end as base_factor,
        cast(rounded_amount + case when size_rank = 1 then cents_left else 0 end as decimal(18, 2))
            as effect_amount,
        missing_reason
    from ranked
)

select * from final
