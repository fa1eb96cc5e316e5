-- Grain: period x evidence x reason for leaving a cart: what customers say in surveys, and what
-- they ask service about before they buy. Mentions of one kind of evidence add up.
with

told as (
    select
        'survey' as evidence,
        abandon_reason as reason,
        {{ business_date('answered_at') }} as business_date
    from {{ ref('int_surveys') }}
    where abandon_reason is not null
    union all
    select
        'service' as evidence,
        case intent_label when 'shipping_fee' then 'freight' else intent_label end as reason,
        {{ business_date('opened_at') }} as business_date
    from {{ ref('int_cs_conversations') }}
    where queue = 'pre_sale' and intent_label is not null
),

final as (
    select
        periods.period,
        told.evidence,
        told.reason,
        count(*) as mention_count
    from {{ ref('dim_periods') }} as periods
    inner join told
        on periods.start_date <= told.business_date and periods.end_date > told.business_date
    group by periods.period, told.evidence, told.reason
)

select * from final
