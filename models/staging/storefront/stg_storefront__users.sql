{{ config(materialized='view') }}
with

valid as (
    {{ valid_rows('storefront', 'users', ref('base_storefront__users')) }}
),

final as (
    select
        user_id,
        phone_hash,
        email_hash,
        register_channel_id,
        register_terminal,
        register_group_id,
        invited_by_user_id,
        coalesce(region_id, 'ZZ') as region_id,
        gender,
        age_band,
        status,
        registered_at,
        closed_at,
        is_staff,
        _loaded_at
    from valid
)

select * from final
