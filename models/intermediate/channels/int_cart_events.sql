{{ config(
    materialized='incremental',
    unique_key='visitor_id',
    meta={'changes': 'int_visitors_changed'},
) }}
-- Grain: event of a cart: something put in, the cart shown, or a prompt in it.
with

sessionised as (
    select
        event_id,
        session_id,
        visitor_id,
        sku_id,
        occurred_at,
        event_name,
        is_clock_wrong
    from {{ ref('int_events_sessionised') }}
    where
        event_name in ('add_to_cart', 'view_cart', 'free_shipping_prompt')
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

details as (
    select
        event_id,
        terminal,
        quantity,
        cart_amount,
        free_shipping_gap
    from {{ ref('int_events') }}
    where
        event_name in ('add_to_cart', 'view_cart', 'free_shipping_prompt')
        {{ where_changed('visitor_id', ref('int_visitors_changed'), 'and') }}
),

final as (
    select
        sessionised.event_id,
        sessionised.session_id,
        sessionised.visitor_id,
        sessionised.sku_id,
        details.terminal,
        sessionised.occurred_at,
        sessionised.event_name,
        sessionised.is_clock_wrong,
        details.quantity,
        details.cart_amount,
        details.free_shipping_gap
    from sessionised
    inner join details on sessionised.event_id = details.event_id
)

select * from final
