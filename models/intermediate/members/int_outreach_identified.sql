{{ config(materialized='view') }}
-- Grain: contact with a customer that the shop planned, with the person behind the account. A
-- contact that a lot left out was never sent.
with

final as (
    select
        owners.person_id,
        outreach.purpose,
        outreach.is_randomised,
        {{ business_date('outreach.assigned_at') }} as assigned_date,
        {{ business_date('outreach.sent_at') }} as sent_date
    from {{ ref('int_outreach') }} as outreach
    inner join {{ ref('int_person_identifiers') }} as owners
        on owners.identifier_type = 'user_id' and outreach.user_id = owners.identifier
)

select * from final
