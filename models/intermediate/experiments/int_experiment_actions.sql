{{ config(materialized='view') }}
-- Grain: measure x thing that a counted person did: what metrics of experiments sum. A click
-- belongs to its impression, a refund to the payment that it takes back. Amounts are decimals,
-- whose sums do not depend on the order of rows.
with

exposed as (
    select distinct person_id
    from {{ ref('int_exposures_assigned') }}
    where exclusion_reason is null
),

events as (
    select
        event_id,
        visitor_id,
        user_id,
        event_name,
        sku_id,
        event_at
    from {{ ref('int_events') }}
),

pages as (
    select
        event_id,
        load_ms
    from {{ ref('int_page_perf') }}
    where load_ms is not null
),

impressions as (
    select
        visitor_id,
        user_id,
        sku_id,
        shown_at,
        case when clicked_at is null then 0 else 1 end as click
    from {{ ref('int_rec_impressions') }}
),

behaviour as (
    select
        'carts' as measure,
        visitor_id,
        user_id,
        sku_id,
        event_at as acted_at,
        1 as amount
    from events
    where event_name = 'add_to_cart'
    union all
    select
        measures.measure,
        events.visitor_id,
        events.user_id,
        events.sku_id,
        events.event_at as acted_at,
        case when measures.measure = 'load_ms' then pages.load_ms else 1 end as amount
    from pages
    inner join events on pages.event_id = events.event_id
    cross join (values ('page_loads'), ('load_ms')) as measures (measure)
    union all
    select
        measures.measure,
        impressions.visitor_id,
        impressions.user_id,
        impressions.sku_id,
        impressions.shown_at as acted_at,
        case when measures.measure = 'recommendation_clicks' then impressions.click else 1 end
            as amount
    from impressions
    cross join (values ('recommendation_impressions'), ('recommendation_clicks'))
        as measures (measure)
),

behaved as (
    select
        behaviour.measure,
        coalesce(accounts.person_id, browsers.person_id, behaviour.visitor_id) as person_id,
        behaviour.sku_id,
        behaviour.acted_at,
        behaviour.amount
    from behaviour
    {{ join_persons('behaviour') }}
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
    where behaved.measure = 'recommendation_impressions'
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

united as (
    select * from behaved
    union all
    select * from purchases
),

final as (
    select
        united.measure,
        united.person_id,
        united.sku_id,
        united.acted_at,
        {{ to_decimal('united.amount', 3) }} as amount
    from united
    inner join exposed on united.person_id = exposed.person_id
)

select * from final
