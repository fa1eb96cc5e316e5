-- Grain: measure x scope x local day. What happened, by the definitions of the measures that a
-- target can be set for; adds up over days, and over the scopes of one type to the company's.
with

lines as (
    select
        category_id,
        region_id,
        channel_id,
        business_date,
        paid_date,
        gmv_placed_amount,
        gmv_paid_amount
    from {{ ref('int_order_lines_allocated') }}
),

refunds as (
    select
        category_id,
        region_id,
        channel_id,
        order_date,
        refund_date,
        refund_amount
    from {{ ref('int_refund_lines_dated') }}
),

-- A person with several accounts registered once, with the first of them.
registrations as (
    select
        owners.region_id,
        coalesce(owners.register_channel_id, 'unknown') as channel_id,
        {{ business_date('owners.registered_at') }} as registered_date
    from {{ ref('int_persons') }} as registrants
    inner join {{ ref('int_users') }} as owners on registrants.first_user_id = owners.user_id
    where not registrants.is_anonymous and owners.registered_at is not null
),

sold as (
    select 'gmv_paid' as metric_id
    union all
    select 'net_sales_by_order_date' as metric_id
    union all
    select 'net_sales_by_refund_date' as metric_id
),

movements as (
    select
        'gmv_placed' as metric_id,
        business_date,
        category_id,
        region_id,
        channel_id,
        gmv_placed_amount as reached
    from lines
    union all
    select
        sold.metric_id,
        lines.paid_date as business_date,
        lines.category_id,
        lines.region_id,
        lines.channel_id,
        lines.gmv_paid_amount as reached
    from lines
    cross join sold
    where lines.paid_date is not null
    union all
    select
        'net_sales_by_order_date' as metric_id,
        order_date as business_date,
        category_id,
        region_id,
        channel_id,
        -refund_amount as reached
    from refunds
    union all
    select
        'net_sales_by_refund_date' as metric_id,
        refund_date as business_date,
        category_id,
        region_id,
        channel_id,
        -refund_amount as reached
    from refunds
    union all
    select
        'new_registrations' as metric_id,
        registered_date as business_date,
        null as category_id,
        region_id,
        channel_id,
        1 as reached
    from registrations
),

scoped as (
    select
        metric_id,
        'company' as scope_type,
        'all' as scope_id,
        business_date,
        reached
    from movements
    union all
    select
        metric_id,
        'category' as scope_type,
        category_id as scope_id,
        business_date,
        reached
    from movements
    where category_id is not null
    union all
    select
        metric_id,
        'region' as scope_type,
        region_id as scope_id,
        business_date,
        reached
    from movements
    union all
    select
        metric_id,
        'channel' as scope_type,
        channel_id as scope_id,
        business_date,
        reached
    from movements
),

final as (
    select
        metric_id,
        scope_type,
        scope_id,
        business_date,
        cast(coalesce(sum(reached), 0) as decimal(18, 4)) as actual_value,
        count(*) - count(reached) as unvalued_count
    from scoped
    group by metric_id, scope_type, scope_id, business_date
)

select * from final
