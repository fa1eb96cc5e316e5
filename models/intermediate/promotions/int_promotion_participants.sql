-- Grain: promotion. Who bought at its price, by the promotion that the lines carry, and who was there
-- while it ran, machines left out.
with

promotions as (
    select
        promo_id,
        start_date,
        end_date
    from {{ ref('int_promotion_effects') }}
),

bought as (
    select
        promo_id,
        count(distinct order_id) as order_count,
        count(distinct person_id) as buyer_count,
        sum(gmv_paid_amount) as gmv_paid_amount
    from {{ ref('int_order_lines_allocated') }}
    where is_paid and promo_id is not null
    group by promo_id
),

identified as (
    select
        identifier_type,
        identifier,
        person_id
    from {{ ref('int_person_identifiers') }}
    where identifier_type in ('user_id', 'visitor_id')
),

visits as (
    select distinct
        sessions.business_date,
        coalesce(accounts.person_id, visitors.person_id, sessions.visitor_id) as person_id
    from {{ ref('int_sessions') }} as sessions
    left join identified as accounts
        on sessions.user_id = accounts.identifier and accounts.identifier_type = 'user_id'
    left join identified as visitors
        on
            sessions.visitor_id = visitors.identifier
            and visitors.identifier_type = 'visitor_id'
    where not sessions.is_bot
),

active as (
    select
        promotions.promo_id,
        count(distinct visits.person_id) as active_person_count
    from promotions
    inner join visits
        on
            promotions.start_date <= visits.business_date
            and promotions.end_date > visits.business_date
    group by promotions.promo_id
),

final as (
    select
        promotions.promo_id,
        coalesce(bought.order_count, 0) as order_count,
        coalesce(bought.buyer_count, 0) as buyer_count,
        coalesce(active.active_person_count, 0) as active_person_count,
        coalesce(bought.gmv_paid_amount, 0) as gmv_paid_amount
    from promotions
    left join bought on promotions.promo_id = bought.promo_id
    left join active on promotions.promo_id = active.promo_id
)

select * from final
