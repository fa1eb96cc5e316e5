-- Grain: channel that traffic and orders come from.
with

final as (
    select
        channel_id,
        channel_name,
        channel_name_zh,
        channel_group,
        source_group,
        is_paid_media,
        is_social_commerce
    from {{ ref('channels') }}
)

select * from final
