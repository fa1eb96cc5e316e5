-- Grain: measure x thing that a counted person did: what metrics of experiments sum. A click
-- belongs to its impression, a refund to the payment that it takes back. Amounts are decimals,
-- whose sums do not depend on the order of rows.
with

exposed as (
    select distinct person_id
    from {{ ref('int_exposures_assigned') }}
    where exclusion_reason is null
),

behaved as (
    select * from {{ ref('int_experiment_behaviour') }}
),

measures as (
    select
        listed.kind,
        listed.measure,
        listed.is_counted
    from (
        values
        ('cart', 'carts', true),
        ('page', 'page_loads', true),
        ('page', 'load_ms', false),
        ('recommendation', 'recommendation_impressions', true),
        ('recommendation', 'recommendation_clicks', false)
    ) as listed (kind, measure, is_counted)
),

refunds as (
    select
        order_line_id,
        sum(refund_amount) as refund_amount
    from {{ ref('int_refund_lines_dated') }}
    where order_line_id is not null
    group by order_line_id
),

lines as (
    select
        bought.order_line_id,
        bought.order_id,
        bought.person_id,
        bought.sku_id,
        bought.paid_at,
        bought.gmv_paid_amount as gmv,
        coalesce(refunds.refund_amount, 0) as refund
    from {{ ref('int_order_lines_allocated') }} as bought
    left join refunds on bought.order_line_id = refunds.order_line_id
    where bought.is_paid and not bought.is_gift
),

-- Bought within a day of being recommended to the same person.
recommended as (
    select distinct lines.order_line_id
    from lines
    inner join behaved
        on
            lines.person_id = behaved.person_id
            and lines.sku_id = behaved.sku_id
            and lines.paid_at >= behaved.acted_at
            and lines.paid_at < {{ dbt.dateadd('hour', 24, 'behaved.acted_at') }}
    where behaved.kind = 'recommendation'
),

-- An order has several products, so none of its own.
orders as (
    select
        order_id,
        person_id,
        paid_at
    from lines
    group by order_id, person_id, paid_at
),

purchases as (
    select
        'orders' as measure,
        person_id,
        cast(null as string) as sku_id,
        paid_at as acted_at,
        1 as amount
    from orders
    union all
    select
        'recommended_lines' as measure,
        lines.person_id,
        lines.sku_id,
        lines.paid_at as acted_at,
        1 as amount
    from lines
    inner join recommended on lines.order_line_id = recommended.order_line_id
    union all
    select
        measures.measure,
        lines.person_id,
        lines.sku_id,
        lines.paid_at as acted_at,
        case
            when measures.measure = 'lines' then 1
            when measures.measure = 'gmv' then lines.gmv
            when measures.measure = 'refunds' then lines.refund
            else lines.gmv - lines.refund
        end as amount
    from lines
    cross join (values ('lines'), ('gmv'), ('refunds'), ('net_sales')) as measures (measure)
),

final as (
    select
        measures.measure,
        behaved.person_id,
        behaved.sku_id,
        behaved.acted_at,
        {{ to_decimal('case when measures.is_counted then 1 else behaved.amount end', 3) }}
            as amount
    from behaved
    inner join measures on behaved.kind = measures.kind
    union all
    select
        purchases.measure,
        purchases.person_id,
        purchases.sku_id,
        purchases.acted_at,
        {{ to_decimal('purchases.amount', 3) }} as amount
    from purchases
    inner join exposed on purchases.person_id = exposed.person_id
)

select * from final
