{{ config(materialized='table') }}
-- Grain: order number x shop that uses it, of the numbers that more than one shop does. A number
-- that was shared once stays so: what was deleted or told again counts as well.
with

named as {{ cte_hint(is_kept=false) }} (
    select
        order_id as order_number,
        shop_id
    from {{ ref('base_storefront__orders') }}
    where row_state != 'quarantined'
    union all
    select
        order_id as order_number,
        shop_id
    from {{ ref('base_storefront__order_lines') }}
    where row_state != 'quarantined' and shop_id is not null
    union all
    select
        order_id as order_number,
        shop_id
    from {{ ref('base_storefront__payments') }}
    where row_state != 'quarantined' and shop_id is not null
    union all
    select
        order_id as order_number,
        shop_id
    from {{ ref('base_storefront__refunds') }}
    where row_state != 'quarantined' and shop_id is not null
    union all
    select
        order_id as order_number,
        shop_id
    from {{ ref('base_storefront__refund_lines') }}
    where row_state != 'quarantined' and shop_id is not null
),

first_shop as (
    select min(shop_id) as shop_id
    from named
),

-- Where there is but one shop, there is nothing to compare.
numbers_of_others as (
    select distinct named.order_number
    from named
    inner join first_shop on named.shop_id > first_shop.shop_id
),

shared as (
    select named.order_number
    from named
    inner join numbers_of_others on named.order_number = numbers_of_others.order_number
    group by named.order_number
    having min(named.shop_id) != max(named.shop_id)
),

final as (
    select distinct
        named.order_number,
        named.shop_id,
        concat(named.shop_id, ':', named.order_number) as order_id
    from named
    inner join shared on named.order_number = shared.order_number
)

select * from final
