-- Grain: question x period x scope, of the question how long customers wait for service.
with

waits as (
    select
        *,
        case
            when replier = 'bot' then 'bot_'
            when side = 'all' then 'human_'
            else concat(side, '_')
        end as scope_prefix,
        -- Half of the 95% interval of the mean.
        1.959963984540054 * sqrt(
            greatest(
                squared_seconds - wait_seconds * wait_seconds / nullif(reply_count, 0), 0
            ) / nullif(reply_count - 1, 0) / nullif(reply_count, 0)
        ) as mean_error,
        case
            when reply_count > 0 then null
            when side = 'all' then 'no reply of the period is known'
            else 'no reply is known on this side of a change of the time to reply'
        end as missing,
        case
            when side != 'all'
                then
                    concat(
                        'Ways of contact in which a change is found: ', contact_channel_count, '.'
                    )
        end as note
    from {{ ref('int_service_waits_measured_to_periods') }}
    where replier = 'human' or side = 'all'
),

final as (
    select
        {{ answer(
            'K047', scope="concat(scope_prefix, 'mean')", unit='seconds',
            value=ratio('wait_seconds', 'reply_count'), numerator='wait_seconds',
            denominator='reply_count', n='reply_count',
            ci_low=ratio('wait_seconds', 'reply_count') ~ ' - mean_error',
            ci_high=ratio('wait_seconds', 'reply_count') ~ ' + mean_error',
            missing='missing', note='note'
        ) }}
    from waits
    union all
    select
        {{ answer(
            'K047', scope="concat(scope_prefix, 'median')", unit='seconds', value='median_seconds',
            n='reply_count', missing='missing', note='note'
        ) }}
    from waits
    union all
    select
        {{ answer(
            'K047', scope="concat(scope_prefix, 'p90')", unit='seconds', value='p90_seconds',
            n='reply_count', missing='missing', note='note'
        ) }}
    from waits
)

{{ answered('final') }}
