-- Grain: order, with the person who placed it: the account's, or a guest's by mini-program or else
-- by browser. Null where the source names nobody at all. Excludes test orders.
with

orders as (
    select
        order_id,
        case
            when user_id is not null then 'user_id'
            when open_id is not null then 'open_id'
            else 'visitor_id'
        end as identifier_type,
        coalesce(user_id, open_id, visitor_id) as identifier
    from {{ ref('int_orders') }}
    where not is_test
),

person_identifiers as (
    select
        identifier_type,
        identifier,
        person_id
    from {{ ref('int_person_identifiers') }}
),

persons as (
    select
        person_id,
        is_anonymous
    from {{ ref('int_persons') }}
),

final as (
    select
        orders.order_id,
        person_identifiers.person_id,
        coalesce(persons.is_anonymous, true) as is_anonymous
    from orders
    left join person_identifiers
        on
            orders.identifier_type = person_identifiers.identifier_type
            and orders.identifier = person_identifiers.identifier
    left join persons on person_identifiers.person_id = persons.person_id
)

select * from final
