{{ config(materialized='view') }}
-- A line has no id of its own: its order and number name it. Lines that contradict each other count
-- nowhere, unless their number is of several shops, no line of it says whose it is, and as many
-- are told as there are shops: then each shop has one, in the order in which files tell both.
with

valid as (
    {{ valid_rows_of_shops(
        'storefront', 'order_lines', ref('base_storefront__order_lines'),
        ref('stg_storefront__shared_order_numbers')
    ) }}
),

contradicting as (
    select
        *,
        max(_loaded_at) over (partition by order_id, line_no) as last_loaded_at
    from {{ ref('base_storefront__order_lines') }}
    where broken_rule = '{{ contradiction(["order_id", "line_no"]) }}'
),

counted as (
    select
        *,
        row_number() over (partition by order_id, line_no order by _source_file, _source_row)
            as place,
        count(*) over (partition by order_id, line_no) as times_told,
        count(shop_id) over (partition by order_id, line_no) as times_shop_told
    from contradicting
    where _loaded_at = last_loaded_at
),

certain as (
    select distinct lines.order_id
    from {{ ref('base_storefront__order_lines') }} as lines
    inner join contradicting on lines.order_id = contradicting.order_id
    where lines.row_state = 'valid'
),

shops as (
    select
        shared.order_number,
        shared.order_id,
        row_number() over (
            partition by shared.order_number order by orders._source_file, orders._source_row
        ) as place,
        count(*) over (partition by shared.order_number) as shop_count
    from {{ ref('stg_storefront__shared_order_numbers') }} as shared
    inner join {{ ref('stg_storefront__orders') }} as orders on shared.order_id = orders.order_id
),

final as (
    select
        concat(order_id, '-', line_no) as order_line_id,
        order_id,
        line_no,
        sku_id,
        bundle_id,
        promo_id,
        subscription_id,
        is_gift,
        quantity,
        list_price,
        unit_price,
        line_discount,
        false as is_shop_assumed,
        _loaded_at,
        _source_file,
        _source_row
    from valid
    union all
    select
        concat(shops.order_id, '-', lines.line_no) as order_line_id,
        shops.order_id,
        lines.line_no,
        lines.sku_id,
        lines.bundle_id,
        lines.promo_id,
        lines.subscription_id,
        lines.is_gift,
        lines.quantity,
        lines.list_price,
        lines.unit_price,
        lines.line_discount,
        true as is_shop_assumed,
        lines._loaded_at,
        lines._source_file,
        lines._source_row
    from counted as lines
    inner join shops
        on
            lines.order_id = shops.order_number
            and lines.times_told = shops.shop_count
            and lines.place = shops.place
    left join certain on lines.order_id = certain.order_id
    where lines.times_shop_told = 0 and certain.order_id is null
)

select * from final
