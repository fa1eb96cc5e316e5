-- Grain: question x period x scope, of the questions about landing pages and new visitors: all of
-- them, and each kind of page and each source that had any.
with

periods as (
    select
        period,
        is_complete
    from {{ ref('dim_periods') }}
),

scoped as (
    select
        'all' as scope,
        landings.*
    from {{ ref('fct_landing_pages') }} as landings
    union all
    select
        concat('page_', landings.landing_page_type) as scope,
        landings.*
    from {{ ref('fct_landing_pages') }} as landings
    union all
    select
        concat('source_', landings.source_group) as scope,
        landings.*
    from {{ ref('fct_landing_pages') }} as landings
),

summed as (
    select
        period,
        scope,
        sum(session_count) as session_count,
        sum(exit_count) as exit_count,
        sum(trust_session_count) as trust_count,
        sum(trust_paid_session_count) as trust_paid_count,
        sum(session_count - trust_session_count) as other_count,
        sum(paid_session_count - trust_paid_session_count) as other_paid_count,
        sum(first_action_count) as action_count,
        cast(sum(first_action_seconds) as double) as action_seconds,
        sum(element_click_count) as click_count,
        cast(sum(element_click_count * first_click_entropy) as double) as click_bits,
        sum(new_person_count) as new_count,
        sum(mature_person_count) as mature_count,
        sum(first_order_count) as ordered_count
    from scoped
    group by period, scope
),

-- Every period has all; what had no visit has no row of its own.
listed as (
    select
        period,
        'all' as scope,
        is_complete
    from periods
    union all
    select
        summed.period,
        summed.scope,
        periods.is_complete
    from summed
    inner join periods on summed.period = periods.period
    where summed.scope != 'all'
),

landings as (
    select
        listed.period,
        listed.scope,
        listed.is_complete,
        summed.session_count,
        summed.exit_count,
        summed.trust_count,
        summed.trust_paid_count,
        summed.other_count,
        summed.other_paid_count,
        summed.action_count,
        summed.action_seconds,
        summed.click_count,
        summed.click_bits,
        summed.new_count,
        summed.mature_count,
        summed.ordered_count,
        case
            when coalesce(summed.mature_count, 0) = 0 then 'no new visitor is known long enough'
        end as missing_new,
        case when coalesce(summed.session_count, 0) = 0 then 'no visit of the period is known' end
            as missing,
        case when coalesce(summed.action_count, 0) = 0 then 'no first click is known' end
            as missing_action,
        case when coalesce(summed.click_count, 0) = 0 then 'no click names what was clicked' end
            as missing_click,
        case
            when coalesce(summed.trust_count, 0) = 0
                then 'no trust block is known to have been seen'
            when summed.other_count = 0 then 'every visit saw a trust block'
        end as missing_trust
    from listed
    left join summed on listed.period = summed.period and listed.scope = summed.scope
),

final as (
    select
        {{ answer(
            'K116', scope='scope', unit='share', value=ratio('ordered_count', 'mature_count'),
            numerator='ordered_count', denominator='mature_count', n='mature_count',
            ci_low=wilson_bound('ordered_count', 'mature_count', 'lower'),
            ci_high=wilson_bound('ordered_count', 'mature_count', 'upper'),
            is_mature='is_complete and new_count = mature_count', missing='missing_new'
        ) }}
    from landings
    where scope = 'all' or missing_new is null
    union all
    select
        {{ answer(
            'K117', scope="concat('exit_', scope)", unit='share',
            value=ratio('exit_count', 'session_count'),
            numerator='exit_count', denominator='session_count', n='session_count',
            ci_low=wilson_bound('exit_count', 'session_count', 'lower'),
            ci_high=wilson_bound('exit_count', 'session_count', 'upper'), missing='missing'
        ) }}
    from landings
    union all
    select
        {{ answer(
            'K117', scope="concat('first_action_', scope)", unit='seconds',
            value=ratio('action_seconds', 'action_count'), numerator='action_seconds',
            denominator='action_count', n='action_count', missing='missing_action'
        ) }}
    from landings
    where scope = 'all' or missing_action is null
    union all
    select
        {{ answer(
            'K117', scope="concat('click_entropy_', scope)", unit='bits',
            value=ratio('click_bits', 'click_count'), numerator='click_bits',
            denominator='click_count', n='click_count', missing='missing_click',
            note="'Mean over landing pages, by their clicks.'"
        ) }}
    from landings
    where scope = 'all' or missing_click is null
    union all
    select
        {{ answer(
            'K117', scope="concat('trust_', scope)", unit='percentage_points',
            value=ratio('trust_paid_count', 'trust_count') ~ ' - '
            ~ ratio('other_paid_count', 'other_count'),
            n='trust_count + other_count',
            ci_low=newcombe_bound(
                'trust_paid_count', 'trust_count', 'other_paid_count', 'other_count', 'lower'
            ),
            ci_high=newcombe_bound(
                'trust_paid_count', 'trust_count', 'other_paid_count', 'other_count', 'upper'
            ),
            grade='C', comparison="'no_difference'", comparison_value='0', missing='missing_trust',
            note="'Visits that pay, with a trust block seen before less without.'"
        ) }}
    from landings
    where scope = 'all' or missing_trust is null
)

{{ answered('final') }}
