-- Grain: period x scope, the side of the change of the way of contact (`before`, `after`): persons
-- who asked before a purchase, and those of them who paid within the window. A person counts once a
-- month and side, or a longer side would look better only because its persons ask more often.
with

inquiries as (
    select
        person_id,
        contact_channel,
        business_date,
        cast({{ dbt.date_trunc('month', 'business_date') }} as date) as month_start_date,
        is_paid_after,
        is_mature
    from {{ ref('fct_service_conversations') }}
    where is_inquiry
),

changes as (
    select
        segment as contact_channel,
        changed_date
    from {{ ref('fct_change_points') }}
    where series_id = 'first_response' and changed_date is not null
),

sides as (
    select listed.side
    from (values ('before'), ('after')) as listed (side)
),

dated as (
    select
        inquiries.*,
        changes.changed_date
    from inquiries
    inner join changes on inquiries.contact_channel = changes.contact_channel
),

asked as (
    select
        periods.period,
        sides.side,
        dated.person_id,
        dated.month_start_date,
        max(case when dated.is_mature then 1 else 0 end) as is_mature,
        max(case when dated.is_mature and dated.is_paid_after then 1 else 0 end) as is_paid
    from {{ ref('dim_periods') }} as periods
    cross join sides
    inner join dated
        on
            periods.end_date > dated.business_date
            and case sides.side
                when 'before'
                    then
                        periods.end_date > dated.changed_date
                        and dated.changed_date > dated.business_date
                else
                    periods.start_date <= dated.business_date
                    and dated.changed_date <= dated.business_date
            end
    group by periods.period, sides.side, dated.person_id, dated.month_start_date
),

counted as (
    select
        period,
        side,
        count(*) as asked_count,
        cast(sum(is_mature) as bigint) as mature_count,
        cast(sum(is_paid) as bigint) as paid_count
    from asked
    group by period, side
),

final as (
    select
        periods.period,
        sides.side as scope,
        coalesce(counted.mature_count, 0) as mature_inquirer_count,
        coalesce(counted.asked_count - counted.mature_count, 0) as young_inquirer_count,
        coalesce(counted.paid_count, 0) as converted_inquirer_count
    from {{ ref('dim_periods') }} as periods
    cross join sides
    left join counted on periods.period = counted.period and sides.side = counted.side
)

select * from final
