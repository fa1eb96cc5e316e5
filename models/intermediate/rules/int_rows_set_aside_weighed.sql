-- Grain: one row. What counts of the rows that rules have named of late, against what was sold; one
-- whose day is not known counts as of late. A handful of orders, which messages name, never weighs
-- too much, in money or where nothing says their worth.
{% set handful = 5 %}
with

days as (
    select cast({{ dbt.dateadd('day', -1 * var('set_aside_days'), 'as_of') }} as date) as since_date
    from {{ ref('int_as_of') }}
),

named as (
    select
        sum(abs(rows_set_aside.worth_amount)) as worth_amount,
        count(
            distinct case
                when rows_set_aside.worth_amount is null
                    then coalesce(rows_set_aside.order_id, rows_set_aside.row_key)
            end
        ) as unvalued_count
    from {{ ref('int_rows_set_aside') }} as rows_set_aside
    cross join days
    where
        rows_set_aside.is_counted
        and (
            rows_set_aside.business_date is null
            or rows_set_aside.business_date >= days.since_date
        )
),

sold as (
    select
        coalesce(sum(order_lines.gmv_placed_amount), 0) as gmv_placed_amount,
        count(distinct order_lines.order_id) as order_count
    from {{ ref('int_order_lines_allocated') }} as order_lines
    cross join days
    where order_lines.business_date >= days.since_date
),

final as (
    select
        days.since_date,
        cast(coalesce(named.worth_amount, 0) as decimal(18, 2)) as worth_amount,
        {{ to_money('sold.gmv_placed_amount * greatest(' ~ var('set_aside_share') ~ ',
            coalesce(cast(' ~ handful ~ ' as double) / nullif(sold.order_count, 0), 0))') }}
            as worth_at_most,
        named.unvalued_count,
        greatest(
            cast(ceil({{ var('set_aside_share') }} * sold.order_count) as bigint),
            {{ handful }}
        ) as unvalued_at_most
    from days
    cross join named
    cross join sold
)

select * from final
