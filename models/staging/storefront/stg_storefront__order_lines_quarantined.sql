{{ config(materialized='view') }}
-- A correction that broke the contract replaces nothing: the line still counts, and is not here.
with

lines as (
    select
        coalesce(shared.order_id, told.order_id) as order_id,
        told.line_no,
        told.row_state,
        told._source_file,
        told._source_row
    from {{ ref('base_storefront__order_lines') }} as told
    left join {{ ref('stg_storefront__shared_order_numbers') }} as shared
        on
            told.order_id = shared.order_number
            and told.shop_id = shared.shop_id
),

named as (
    select distinct
        order_id,
        line_no,
        concat(order_id, '-', coalesce(
            cast(line_no as {{ dbt.type_string() }}), concat(_source_file, ':', _source_row)
        )) as order_line_id
    from lines
    where row_state = 'quarantined' and order_id is not null
),

valid as (
    select
        order_id,
        line_no
    from lines
    where row_state = 'valid'
),

final as (
    select
        named.order_line_id,
        named.order_id
    from named
    left join valid
        on
            named.order_id = valid.order_id
            and named.line_no = valid.line_no
    where valid.order_id is null
)

select * from final
