-- Grain: question x period x scope, of the questions about customer service.
with

periods as (
    select
        period,
        start_date,
        end_date,
        is_complete
    from {{ ref('dim_periods') }}
),

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

rated as (
    select
        periods.period,
        periods.is_complete,
        coalesce(sum(daily.conversation_count), 0) as conversation_count,
        coalesce(sum(daily.rated_count), 0) as rated_count,
        coalesce(sum(daily.satisfied_count), 0) as satisfied_count
    from periods
    left join {{ ref('fct_service_daily') }} as daily
        on periods.start_date <= daily.business_date and periods.end_date > daily.business_date
    group by periods.period, periods.is_complete
),

satisfied as (
    select
        *,
        case when rated_count = 0 then 'no rated conversation is known' end as missing,
        case when conversation_count = 0 then 'no conversation is known' end as missing_share
    from rated
),

inquiries as (
    select
        later.period,
        later.is_complete and later.asked_count = later.mature_count as is_mature,
        later.mature_count,
        later.paid_count,
        earlier.mature_count as base_count,
        earlier.paid_count as base_paid_count,
        case
            when later.mature_count = 0 or earlier.mature_count = 0
                then 'nobody is known to have asked on both sides of a change of the time to reply'
            when earlier.paid_count = 0 then 'nobody is known to have paid before the change'
        end as missing
    from {{ ref('int_inquiries_counted_to_periods') }} as later
    inner join {{ ref('int_inquiries_counted_to_periods') }} as earlier
        on later.period = earlier.period and earlier.side = 'before'
    where later.side = 'after'
),

sides as (
    select
        *,
        concat(side, '_conversion') as scope,
        case
            when mature_count = 0
                then 'nobody is known to have asked on this side of a change of the time to reply'
        end as missing
    from {{ ref('int_inquiries_counted_to_periods') }}
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
    union all
    select
        {{ answer(
            'K048', scope="'all'", unit='share', value=ratio('satisfied_count', 'rated_count'),
            numerator='satisfied_count', denominator='rated_count', n='rated_count',
            ci_low=wilson_bound('satisfied_count', 'rated_count', 'lower'),
            ci_high=wilson_bound('satisfied_count', 'rated_count', 'upper'), missing='missing'
        ) }}
    from satisfied
    union all
    select
        {{ answer(
            'K048', scope="'rated_share'", unit='share',
            value=ratio('rated_count', 'conversation_count'),
            numerator='rated_count', denominator='conversation_count', n='conversation_count',
            missing='missing_share'
        ) }}
    from satisfied
    union all
    select
        {{ answer(
            'K049', scope="'all'", unit='relative_change',
            value=ratio(
                ratio('paid_count', 'mature_count'),
                '(' ~ ratio('base_paid_count', 'base_count') ~ ')'
            ) ~ ' - 1',
            n='mature_count + base_count',
            ci_low=katz_bound(
                'paid_count', 'mature_count', 'base_paid_count', 'base_count', 'lower'
            ),
            ci_high=katz_bound(
                'paid_count', 'mature_count', 'base_paid_count', 'base_count', 'upper'
            ),
            grade='C', is_mature='is_mature', comparison="'no_difference'",
            comparison_value='0', missing='missing'
        ) }}
    from inquiries
    union all
    select
        {{ answer(
            'K049', scope='scope', unit='share', value=ratio('paid_count', 'mature_count'),
            numerator='paid_count', denominator='mature_count', n='mature_count',
            ci_low=wilson_bound('paid_count', 'mature_count', 'lower'),
            ci_high=wilson_bound('paid_count', 'mature_count', 'upper'),
            is_mature='is_complete and asked_count = mature_count', missing='missing'
        ) }}
    from sides
)

{{ answered('final') }}
