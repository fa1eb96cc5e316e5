-- Grain: period x scope: carts that were filled, and what became of those old enough to tell.
with

final as (
    select
        period,
        'all' as scope,
        mature_count as mature_cart_count,
        episode_count - mature_count as young_cart_count,
        abandoned_count as abandoned_cart_count,
        mature_late_count as late_mature_cart_count,
        episode_count - mature_late_count as late_young_cart_count,
        abandoned_late_count as late_abandoned_cart_count
    from {{ ref('int_cart_episodes_counted_to_periods') }}
    where side = 'all'
)

select * from final
