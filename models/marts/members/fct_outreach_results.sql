-- Grain: day of assignment x campaign x arm. Whoever was assigned counts, reached or not, with all
-- that the person bought in the 30 days from then on; so arms drawn by lot can be compared.
with

as_of as (
    select as_of from {{ ref('int_as_of') }}
),

assigned as (
    select
        outreach.outreach_id,
        outreach.outreach_campaign_id,
        outreach.purpose,
        outreach.arm,
        outreach.is_randomised,
        outreach.assigned_at,
        {{ business_date('outreach.assigned_at') }} as assigned_date,
        owners.person_id,
        case when outreach.is_delivered then 1 else 0 end as is_delivered,
        case when outreach.is_answered then 1 else 0 end as is_answered,
        outreach.cost
    from {{ ref('int_outreach') }} as outreach
    inner join {{ ref('int_person_identifiers') }} as owners
        on owners.identifier_type = 'user_id' and outreach.user_id = owners.identifier
),

bought as (
    select
        assigned.outreach_id,
        count(*) as order_count
    from assigned
    inner join {{ ref('fct_orders') }} as orders
        on
            assigned.person_id = orders.person_id
            and assigned.assigned_at <= orders.paid_at
            and {{ dbt.dateadd('day', 30, 'assigned.assigned_at') }} > orders.paid_at
    where orders.is_paid
    group by assigned.outreach_id
),

coupons as (
    select
        issues.outreach_id,
        count(*) as issued_count,
        sum(case when {{ business_date('issues.expires_at') }} < as_of.as_of then 1 else 0 end)
            as expired_count,
        sum(
            case
                when
                    {{ business_date('issues.expires_at') }} < as_of.as_of
                    and redemptions.coupon_issue_id is not null
                    then 1
                else 0
            end
        ) as redeemed_count,
        sum(redemptions.shop_cost) as shop_cost
    from {{ ref('int_coupon_issues') }} as issues
    cross join as_of
    left join {{ ref('int_coupon_redemptions') }} as redemptions
        on issues.coupon_issue_id = redemptions.coupon_issue_id
    where issues.outreach_id is not null
    group by issues.outreach_id
),

final as (
    select
        assigned.assigned_date,
        assigned.outreach_campaign_id,
        assigned.arm,
        assigned.purpose,
        assigned.is_randomised,
        {{ dbt.dateadd('day', 30, 'assigned.assigned_date') }} < max(as_of.as_of) as is_mature,
        count(*) as assigned_count,
        cast(sum(assigned.is_delivered) as bigint) as delivered_count,
        cast(sum(assigned.is_answered) as bigint) as answered_count,
        count(bought.outreach_id) as buyer_count,
        cast(coalesce(sum(bought.order_count), 0) as bigint) as order_count,
        cast(coalesce(sum(coupons.issued_count), 0) as bigint) as issued_coupon_count,
        cast(coalesce(sum(coupons.expired_count), 0) as bigint) as expired_coupon_count,
        cast(coalesce(sum(coupons.redeemed_count), 0) as bigint) as redeemed_coupon_count,
        cast(coalesce(sum(coupons.shop_cost), 0) as decimal(18, 2)) as coupon_cost_amount,
        cast(sum(assigned.cost) as decimal(18, 2)) as contact_cost_amount
    from assigned
    cross join as_of
    left join bought on assigned.outreach_id = bought.outreach_id
    left join coupons on assigned.outreach_id = coupons.outreach_id
    group by
        assigned.assigned_date,
        assigned.outreach_campaign_id,
        assigned.arm,
        assigned.purpose,
        assigned.is_randomised
)

select * from final
