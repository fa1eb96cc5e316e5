-- Grain: person with an account. Anonymous buyers have no row, so amounts do not add up to sales.
with

persons as (
    select
        person_id,
        first_user_id,
        account_count
    from {{ ref('int_persons') }}
    where not is_anonymous
),

users as (
    select
        user_id,
        source_system,
        region_id,
        registered_at
    from {{ ref('int_users_completed') }}
),

orders as (
    select
        person_id,
        min(paid_date) as first_order_date,
        max(paid_date) as last_order_date,
        count(*) as paid_order_count,
        sum(gmv_paid_amount) as gmv_paid_amount,
        sum(net_sales_by_order_date_amount) as net_sales_by_order_date_amount
    from {{ ref('fct_orders') }}
    where is_paid
    group by person_id
),

final as (
    select
        persons.person_id,
        users.source_system,
        users.region_id,
        users.registered_at,
        orders.first_order_date,
        orders.last_order_date,
        persons.account_count,
        coalesce(orders.paid_order_count, 0) as paid_order_count,
        cast(coalesce(orders.gmv_paid_amount, 0) as decimal(18, 2)) as gmv_paid_amount,
        cast(coalesce(orders.net_sales_by_order_date_amount, 0) as decimal(18, 2))
            as net_sales_by_order_date_amount
    from persons
    inner join users on persons.first_user_id = users.user_id
    left join orders on persons.person_id = orders.person_id
)

select * from final
