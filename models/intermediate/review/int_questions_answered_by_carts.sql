-- Grain: question x period x scope, of the question about abandoned carts, on both sides of a
-- change.
with

sides as (
    select
        *,
        case
            when changed_date is null
                then 'no change of the abandonment of carts is found up to its end'
            when mature_count = 0 then 'no cart on this side of the change is known'
        end as missing,
        case side
            when 'before'
                then concat('All carts known before ', changed_date, ', the day found in the data.')
            when 'after' then concat('From ', changed_date, ' on, the day found in the data.')
        end as note
    from {{ ref('int_cart_episodes_counted_to_periods') }}
    where side != 'all'
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
)

{{ answered('final') }}
