-- Grain: question x period x scope, of the questions about carts.
with

sides as (
    select
        *,
        case
            when side != 'all' and changed_date is null
                then 'no change of the abandonment of carts is found up to its end'
            when mature_count = 0 and side = 'all'
                then 'no cart of the period is known whose time to be paid has passed'
            when mature_count = 0 then 'no cart on this side of the change is known'
        end as missing,
        case
            when mature_late_count = 0
                then 'no cart of the period is known whose longer time to be paid has passed'
        end as missing_late,
        case side
            when 'before'
                then concat('All carts known before ', changed_date, ', the day found in the data.')
            when 'after' then concat('From ', changed_date, ' on, the day found in the data.')
        end as note
    from {{ ref('int_cart_episodes_counted_to_periods') }}
),

changes as (
    select
        later.period,
        later.is_complete and later.mature_count = later.episode_count as is_mature,
        later.mature_count,
        later.abandoned_count,
        earlier.mature_count as base_count,
        earlier.abandoned_count as base_abandoned_count,
        coalesce(later.missing, earlier.missing) as missing,
        later.note
    from sides as later
    inner join sides as earlier
        on later.period = earlier.period and earlier.side = 'before'
    where later.side = 'after'
),

shortfalls as (
    select
        periods.period,
        periods.is_complete,
        prompts.is_prompted,
        count(shortfalls.cart_episode_id) as cart_count,
        count(case when shortfalls.is_mature then shortfalls.cart_episode_id end) as mature_count,
        count(
            case
                when shortfalls.is_mature and shortfalls.is_topped_up
                    then shortfalls.cart_episode_id
            end
        ) as topped_up_count
    from {{ ref('dim_periods') }} as periods
    cross join (values (true), (false)) as prompts (is_prompted)
    left join {{ ref('fct_cart_shortfalls') }} as shortfalls
        on
            periods.start_date <= shortfalls.business_date
            and periods.end_date > shortfalls.business_date
            and prompts.is_prompted = shortfalls.is_prompted
            and shortfalls.is_near
    group by periods.period, periods.is_complete, prompts.is_prompted
),

prompts as (
    select
        *,
        is_complete and cart_count = mature_count as is_mature,
        case when is_prompted then 'prompted' else 'unprompted' end as scope,
        case
            when mature_count > 0 then null
            when is_prompted then 'no cart near free shipping is known that was prompted'
            else 'no cart near free shipping is known that was not prompted'
        end as missing
    from shortfalls
),

effects as (
    select
        prompted.period,
        prompted.is_mature and unprompted.is_mature as is_mature,
        prompted.mature_count,
        prompted.topped_up_count,
        unprompted.mature_count as base_count,
        unprompted.topped_up_count as base_topped_up_count,
        coalesce(
            prompted.missing, unprompted.missing,
            case
                when unprompted.topped_up_count = 0
                    then 'no cart without prompt passes the threshold'
            end
        ) as missing
    from prompts as prompted
    inner join prompts as unprompted
        on prompted.period = unprompted.period and not unprompted.is_prompted
    where prompted.is_prompted
),

final as (
    select
        {{ answer(
            'K045', scope='side', unit='share', value=ratio('abandoned_count', 'mature_count'),
            numerator='abandoned_count', denominator='mature_count', n='mature_count',
            ci_low=wilson_bound('abandoned_count', 'mature_count', 'lower'),
            ci_high=wilson_bound('abandoned_count', 'mature_count', 'upper'),
            is_mature='is_complete and mature_count = episode_count', missing='missing', note='note'
        ) }}
    from sides
    union all
    select
        {{ answer(
            'K045', scope="'within_7_days'", unit='share',
            value=ratio('abandoned_late_count', 'mature_late_count'),
            numerator='abandoned_late_count', denominator='mature_late_count',
            n='mature_late_count',
            ci_low=wilson_bound('abandoned_late_count', 'mature_late_count', 'lower'),
            ci_high=wilson_bound('abandoned_late_count', 'mature_late_count', 'upper'),
            is_mature='is_complete and mature_late_count = episode_count', missing='missing_late'
        ) }}
    from sides
    where side = 'all'
    union all
    select
        {{ answer(
            'K045', scope="'difference'", unit='percentage_points',
            value='(' ~ ratio('abandoned_count', 'mature_count') ~ ' - '
            ~ ratio('base_abandoned_count', 'base_count') ~ ')',
            n='mature_count + base_count',
            ci_low='(' ~ newcombe_bound(
                'abandoned_count', 'mature_count', 'base_abandoned_count', 'base_count', 'lower'
            ) ~ ')',
            ci_high='(' ~ newcombe_bound(
                'abandoned_count', 'mature_count', 'base_abandoned_count', 'base_count', 'upper'
            ) ~ ')',
            grade='C', is_mature='is_mature', comparison="'no_difference'",
            comparison_value='0', missing='missing', note='note'
        ) }}
    from changes
    union all
    select
        {{ answer(
            'K045', scope="'relative_change'", unit='relative_change',
            value=ratio(
                ratio('abandoned_count', 'mature_count'),
                '(' ~ ratio('base_abandoned_count', 'base_count') ~ ')'
            ) ~ ' - 1',
            n='mature_count + base_count',
            ci_low=katz_bound(
                'abandoned_count', 'mature_count', 'base_abandoned_count', 'base_count', 'lower'
            ),
            ci_high=katz_bound(
                'abandoned_count', 'mature_count', 'base_abandoned_count', 'base_count', 'upper'
            ),
            grade='C', is_mature='is_mature', comparison="'no_difference'",
            comparison_value='0', missing='missing', note='note'
        ) }}
    from changes
    union all
    select
        {{ answer(
            'K121', scope='scope', unit='share', value=ratio('topped_up_count', 'mature_count'),
            numerator='topped_up_count', denominator='mature_count', n='mature_count',
            ci_low=wilson_bound('topped_up_count', 'mature_count', 'lower'),
            ci_high=wilson_bound('topped_up_count', 'mature_count', 'upper'),
            is_mature='is_mature', missing='missing'
        ) }}
    from prompts
    union all
    select
        {{ answer(
            'K121', scope="'relative_change'", unit='relative_change',
            value=ratio(
                ratio('topped_up_count', 'mature_count'),
                '(' ~ ratio('base_topped_up_count', 'base_count') ~ ')'
            ) ~ ' - 1',
            n='mature_count + base_count',
            ci_low=katz_bound(
                'topped_up_count', 'mature_count', 'base_topped_up_count', 'base_count', 'lower'
            ),
            ci_high=katz_bound(
                'topped_up_count', 'mature_count', 'base_topped_up_count', 'base_count', 'upper'
            ),
            grade='C', is_mature='is_mature', comparison="'no_difference'",
            comparison_value='0', missing='missing'
        ) }}
    from effects
)

{{ answered('final') }}
