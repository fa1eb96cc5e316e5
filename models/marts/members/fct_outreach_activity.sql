-- Grain: purpose of contacts x whether a lot decided them x week x what the shop knew: members who
-- were sent something, and comparable ones who were not. Counts and sums of those contacted add up.
with

contacts as (
    select
        person_id,
        purpose,
        is_randomised,
        cast(date_trunc('week', assigned_date) as date) as week_start_date,
        bool_or(sent_date is not null) as is_sent
    from {{ ref('int_outreach_identified') }}
    group by
        person_id, purpose, is_randomised, cast(date_trunc('week', assigned_date) as date)
),

-- Who had been contacted shortly before shows the effect of that, too.
followed as (
    select * from {{ ref('int_members_followed') }}
    where not is_contacted_before
),

assigned as (
    select
        contacts.purpose,
        contacts.is_randomised,
        contacts.is_sent,
        followed.*
    from contacts
    inner join followed
        on
            contacts.person_id = followed.person_id
            and contacts.week_start_date = followed.week_start_date
),

contacted as (
    select
        purpose,
        is_randomised,
        week_start_date,
        active_days_from,
        paid_orders_from,
        count(*) as contacted_count,
        sum(before_day_count) as before_day_count,
        sum(after_day_count) as after_day_count,
        sum(before_day_count * before_day_count) as squared_before_day_count,
        sum(after_day_count * after_day_count) as squared_after_day_count,
        sum(before_day_count * after_day_count) as before_by_after_day_count
    from assigned
    where is_sent
    group by purpose, is_randomised, week_start_date, active_days_from, paid_orders_from
),

-- Where a lot decided, those whom it left out; elsewhere whoever was sent nothing at the time.
others as (
    select
        purpose,
        week_start_date,
        active_days_from,
        paid_orders_from,
        after_day_count - before_day_count as change_day_count
    from assigned
    where is_randomised and not is_sent
    union all
    select
        null as purpose,
        week_start_date,
        active_days_from,
        paid_orders_from,
        after_day_count - before_day_count as change_day_count
    from followed
    where not is_contacted
),

compared as (
    select
        purpose,
        week_start_date,
        active_days_from,
        paid_orders_from,
        count(*) as compared_count,
        sum(change_day_count) as change_day_count,
        sum(change_day_count * change_day_count) as squared_change_day_count
    from others
    group by purpose, week_start_date, active_days_from, paid_orders_from
),

final as (
    select
        contacted.purpose,
        contacted.is_randomised,
        contacted.week_start_date,
        contacted.active_days_from,
        contacted.paid_orders_from,
        contacted.contacted_count,
        cast(contacted.before_day_count as bigint) as before_day_count,
        cast(contacted.after_day_count as bigint) as after_day_count,
        cast(contacted.squared_before_day_count as bigint) as squared_before_day_count,
        cast(contacted.squared_after_day_count as bigint) as squared_after_day_count,
        cast(contacted.before_by_after_day_count as bigint) as before_by_after_day_count,
        coalesce(compared.compared_count, 0) as compared_count,
        cast(coalesce(compared.change_day_count, 0) as bigint) as compared_change_day_count,
        cast(coalesce(compared.squared_change_day_count, 0) as bigint)
            as squared_compared_change_day_count
    from contacted
    left join compared
        on
            contacted.week_start_date = compared.week_start_date
            and contacted.active_days_from = compared.active_days_from
            and contacted.paid_orders_from = compared.paid_orders_from
            and case when contacted.is_randomised then contacted.purpose else '' end
            = coalesce(compared.purpose, '')
)

select * from final
