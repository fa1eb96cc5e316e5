-- Grain: row x rule of the business that it breaks. What becomes of the row is the outcome that the
-- seed row_rules gives the rule; an amount is what could be wrong, in the row's own currency.
with

orders as (
    select * from {{ ref('int_orders_reckoned') }}
),

refunds as (
    select * from {{ ref('int_refunds_reckoned') }}
),

refunded_units as (
    select
        order_line_id,
        sum(quantity) as quantity,
        max(refunded_at) as refunded_at
    from {{ ref('int_refund_lines') }}
    group by order_line_id
),

units as (
    select
        sold.order_line_id,
        sold.order_id,
        sold._source_file as source_file,
        sold._source_row as source_row,
        refunded_units.refunded_at
    from {{ ref('int_order_lines') }} as sold
    inner join refunded_units on sold.order_line_id = refunded_units.order_line_id
    where refunded_units.quantity > sold.quantity
),

exchange_rates as (
    select
        currency_code,
        start_date,
        end_date,
        exchange_rate
    from {{ ref('int_exchange_rates_dated') }}
),

valued as (
    select
        'orders' as source_table,
        order_id as row_key,
        order_id,
        currency_code,
        coalesce(merchandise, paid) as amount,
        placed_at as occurred_at,
        source_file,
        source_row
    from orders
    union all
    select
        'refund_lines' as source_table,
        refund_line_id as row_key,
        order_id,
        currency_code,
        refund as amount,
        refunded_at as occurred_at,
        _source_file as source_file,
        _source_row as source_row
    from {{ ref('int_refund_lines') }}
    where order_id is null
    union all
    select
        'order_charges' as source_table,
        charge_id as row_key,
        order_id,
        currency_code,
        charge as amount,
        charged_at as occurred_at,
        cast(null as string) as source_file,
        cast(null as bigint) as source_row
    from {{ ref('int_order_charges') }}
),

judged_orders as (
    select
        orders.order_id,
        orders.currency_code,
        orders.placed_at,
        orders.source_file,
        orders.source_row,
        rules.rule_id,
        case rules.rule_id
            when 'order_has_lines' then orders.is_assumed
            when 'order_has_a_price' then orders.merchandise is null
            when 'discount_within_basket' then orders.order_discount > orders.basket
            when 'refunds_within_order'
                then orders.refunded > case when orders.is_paid then orders.merchandise else 0 end
            when 'paid_as_priced' then orders.is_paid and orders.paid != orders.price
        end as is_broken,
        case rules.rule_id
            when 'order_has_lines' then orders.merchandise
            when 'discount_within_basket' then orders.basket
            when 'refunds_within_order'
                then orders.refunded - case when orders.is_paid then orders.merchandise else 0 end
            when 'paid_as_priced' then abs(orders.paid - orders.price)
        end as amount
    from orders
    cross join {{ ref('row_rules') }} as rules
    where rules.source_table = 'orders'
),

final as (
    select
        'currency_has_a_rate' as rule_id,
        valued.source_table,
        valued.row_key,
        valued.order_id,
        valued.currency_code as detail,
        valued.currency_code,
        valued.amount,
        valued.occurred_at,
        valued.source_file,
        valued.source_row
    from valued
    left join exchange_rates
        on
            valued.currency_code = exchange_rates.currency_code
            and {{ holds_on('exchange_rates', business_date('valued.occurred_at')) }}
    where valued.currency_code is not null and exchange_rates.currency_code is null
    union all
    select
        rule_id,
        'orders' as source_table,
        order_id as row_key,
        order_id,
        cast(null as string) as detail,
        currency_code,
        amount,
        placed_at as occurred_at,
        source_file,
        source_row
    from judged_orders
    where is_broken
    union all
    select
        'refund_has_lines' as rule_id,
        'refunds' as source_table,
        refund_id as row_key,
        order_id,
        cast(null as string) as detail,
        currency_code,
        amount,
        refunded_at as occurred_at,
        source_file,
        source_row
    from refunds
    where not has_lines
    union all
    select
        'refund_follows_order' as rule_id,
        'refunds' as source_table,
        refunds.refund_id as row_key,
        refunds.order_id,
        cast(null as string) as detail,
        refunds.currency_code,
        refunds.amount,
        refunds.refunded_at as occurred_at,
        refunds.source_file,
        refunds.source_row
    from refunds
    inner join orders on refunds.order_id = orders.order_id
    where refunds.refunded_at < orders.placed_at
    union all
    select
        'units_refunded_within_line' as rule_id,
        'order_lines' as source_table,
        order_line_id as row_key,
        order_id,
        cast(null as string) as detail,
        cast(null as string) as currency_code,
        -- Money is weighed order by order.
        cast(0 as decimal(18, 2)) as amount,
        refunded_at as occurred_at,
        source_file,
        source_row
    from units
    union all
    select
        'shop_is_certain' as rule_id,
        'order_lines' as source_table,
        order_line_id as row_key,
        order_id,
        cast(null as string) as detail,
        cast(null as string) as currency_code,
        cast(unit_price * quantity - line_discount as decimal(18, 2)) as amount,
        cast(null as timestamp) as occurred_at,
        _source_file as source_file,
        _source_row as source_row
    from {{ ref('int_order_lines') }}
    where is_shop_assumed
)

select * from final
