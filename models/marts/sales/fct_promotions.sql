-- Grain: promotion that has begun. Promoted, measured, baseline, uplift and after-effect amounts
-- and days measured add up; window_amount and buyers do not, because promotions overlap.
-- Days that two promotions share count for one of them, see int_promotion_days.
with

calendar as (
    select
        promo_id,
        source_system,
        promo_name,
        promo_type,
        size,
        scope_type,
        category_id,
        sku_id,
        scene,
        budget
    from {{ ref('int_promo_calendar') }}
),

effects as (
    select * from {{ ref('int_promotion_effects') }}
),

participants as (
    select * from {{ ref('int_promotion_participants') }}
),

estimated as (
    select
        *,
        cast(measured_amount as double) - baseline as uplift,
        cast(measured_amount as double) - baseline + pulled_forward as effect
    from effects
),

-- What cannot be measured has no estimate at all.
measurable as (
    select *
    from estimated
    where missing_reason is null
),

final as (
    select
        effects.promo_id,
        calendar.source_system,
        calendar.promo_name,
        calendar.promo_type,
        calendar.size as promo_size,
        calendar.scope_type,
        calendar.category_id,
        calendar.sku_id,
        calendar.scene,
        effects.start_date,
        effects.end_date,
        effects.is_over,
        cast(effects.day_count as bigint) as day_count,
        cast(effects.measured_day_count as bigint) as measured_day_count,
        cast(effects.after_day_count as bigint) as after_day_count,
        cast(effects.clean_day_count as bigint) as clean_day_count,
        participants.order_count,
        participants.buyer_count,
        participants.active_person_count,
        calendar.budget as budget_amount,
        cast(participants.gmv_paid_amount as decimal(18, 2)) as promoted_amount,
        cast(effects.gmv_paid_amount as decimal(18, 2)) as window_amount,
        cast(measurable.measured_amount as decimal(18, 2)) as measured_amount,
        {{ to_decimal('measurable.baseline', 2) }} as baseline_amount,
        {{ to_decimal('measurable.uplift', 2) }} as uplift_amount,
        {{ to_decimal('measurable.uplift - measurable.quantile * measurable.uplift_error', 2) }}
            as uplift_low_amount,
        {{ to_decimal('measurable.uplift + measurable.quantile * measurable.uplift_error', 2) }}
            as uplift_high_amount,
        {{ to_decimal('measurable.pulled_forward', 2) }} as after_effect_amount,
        {{ to_decimal('measurable.effect', 2) }} as effect_amount,
        {{ to_decimal('measurable.effect_error', 2) }} as effect_error_amount,
        effects.missing_reason
    from effects
    inner join calendar on effects.promo_id = calendar.promo_id
    inner join participants on effects.promo_id = participants.promo_id
    left join measurable on effects.promo_id = measurable.promo_id
)

select * from final
