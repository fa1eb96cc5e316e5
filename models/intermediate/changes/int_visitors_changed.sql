-- Grain: visitor x build in which rows of it landed, were superseded or deleted: the visitors whose
-- sessions an increment has to tell anew.
with

final as (
    select
        visitor_id,
        changed_in_build
    from {{ changed_keys('events', 'visitor_id') }}
    union
    select
        visitor_id,
        changed_in_build
    from {{ changed_keys('touches', 'visitor_id') }}
)

select * from final
