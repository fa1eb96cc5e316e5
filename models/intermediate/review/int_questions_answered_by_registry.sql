-- Grain: question x period x scope, of the questions that seeds/registry/answers.csv makes of
-- measures.
{%- set share = ratio('numerator', 'denominator') %}
{%- set base = ratio('base_numerator', 'base_denominator') %}
{%- set two = ('numerator', 'denominator', 'base_numerator', 'base_denominator') %}
with

periods as (
    select
        period,
        is_complete,
        is_settled
    from {{ ref('dim_periods') }}
),

measures as (
    select * from {{ ref('int_measures') }}
),

registered as (
    select
        *,
        coalesce(measured_scope, 'all') as own_scope,
        replace(measured_scope, '*', '') as own_prefix,
        coalesce(measured_scope, 'all') like '%*' as is_starred
    from {{ ref('answers') }}
),

-- A scope that is named is answered in every period, a star for what is measured.
listed as (
    select
        registered.question_id,
        registered.scope as registered_scope,
        periods.period,
        registered.scope,
        registered.own_scope,
        coalesce(registered.base_scope, registered.own_scope) as base_scope
    from registered
    cross join periods
    where not registered.is_starred
    union all
    select
        registered.question_id,
        registered.scope as registered_scope,
        measures.period,
        replace(registered.scope, '*', substring(measures.scope, length(registered.own_prefix) + 1))
            as scope,
        measures.scope as own_scope,
        coalesce(registered.base_scope, measures.scope) as base_scope
    from registered
    inner join measures
        on
            registered.denominator = measures.measure
            and registered.own_prefix
            = substring(measures.scope, 1, length(registered.own_prefix))
    where registered.is_starred
),

named as (
    select
        question_id,
        scope as registered_scope,
        numerator,
        denominator,
        base_numerator,
        base_denominator,
        squares,
        n,
        immature
    from registered
),

roles as (
    select
        question_id,
        registered_scope,
        role,
        measure
    from named
    unpivot (
        measure for role in (
            numerator, denominator, base_numerator, base_denominator, squares, n, immature
        )
    )
),

measured as (
    select
        listed.question_id,
        listed.registered_scope,
        listed.period,
        listed.scope,
        max(case when roles.role = 'numerator' then measures.value end) as numerator,
        max(case when roles.role = 'denominator' then measures.value end) as denominator,
        max(case when roles.role = 'base_numerator' then measures.value end) as base_numerator,
        max(case when roles.role = 'base_denominator' then measures.value end)
            as base_denominator,
        max(case when roles.role = 'squares' then measures.value end) as squares,
        max(case when roles.role = 'n' then measures.value end) as n,
        max(case when roles.role = 'immature' then measures.value end) as immature
    from listed
    inner join roles
        on
            listed.question_id = roles.question_id
            and listed.registered_scope = roles.registered_scope
    left join measures
        on
            listed.period = measures.period
            and roles.measure = measures.measure
            and (
                (listed.own_scope = measures.scope and roles.role not like 'base%')
                or (
                    listed.base_scope = measures.scope
                    and (roles.role like 'base%' or roles.role = 'immature')
                )
            )
    group by listed.question_id, listed.registered_scope, listed.period, listed.scope
),

-- A comparison of two shares lacks its base without denominator, a ratio of them at a base of 0.
judged as (
    select
        measured.*,
        registered.unit,
        registered.statistic,
        registered.evidence_grade,
        registered.comparison,
        registered.missing,
        coalesce(registered.missing_base, registered.missing) as missing_base,
        registered.note,
        case registered.maturity when 'settled' then periods.is_settled else periods.is_complete end
        and coalesce(measured.immature, 0) = 0 as is_mature,
        registered.statistic in ('difference', 'relative_change') as has_two_shares,
        measured.numerator is null
        or (registered.denominator is not null and coalesce(measured.denominator, 0) = 0)
            as is_missing,
        coalesce(measured.base_denominator, 0) = 0
        or (measured.base_numerator = 0 and registered.statistic = 'relative_change')
            as is_base_missing
    from measured
    inner join registered
        on
            measured.question_id = registered.question_id
            and measured.registered_scope = registered.scope
    inner join periods on measured.period = periods.period
),

computed as (
    select
        *,
        case statistic
            when 'total' then numerator
            when 'difference' then {{ share }} - {{ base }}
            when 'relative_change' then {{ ratio(share, '(' ~ base ~ ')') }} - 1
            else {{ share }}
        end as value,
        case
            when n is not null then n
            when has_two_shares then denominator + base_denominator
            when statistic in ('share', 'mean') then denominator
        end as counted,
        case when has_two_shares then 0 else {{ base }} end as comparison_value,
        case statistic
            when 'share' then {{ wilson_bound('numerator', 'denominator', 'lower') }}
            when 'difference' then {{ newcombe_bound(*two, side='lower') }}
            when 'relative_change' then {{ katz_bound(*two, side='lower') }}
        end as low,
        case statistic
            when 'share' then {{ wilson_bound('numerator', 'denominator', 'upper') }}
            when 'difference' then {{ newcombe_bound(*two, side='upper') }}
            when 'relative_change' then {{ katz_bound(*two, side='upper') }}
        end as high,
        -- Half of the 95% interval of a mean.
        case
            when statistic = 'mean' and squares is not null
                then 1.959963984540054 * sqrt(
                    greatest(squares - numerator * numerator / nullif(denominator, 0), 0)
                    / nullif(denominator - 1, 0) / nullif(denominator, 0)
                )
        end as mean_error,
        statistic in ('share', 'ratio', 'mean') as has_parts,
        is_missing or (has_two_shares and is_base_missing) as is_unmeasured,
        case
            when is_missing then missing
            when has_two_shares and is_base_missing then missing_base
        end as reason
    from judged
),

-- What need not be there and is not has no reason.
final as (
    select
        question_id,
        period,
        scope,
        value,
        unit,
        case when has_parts then numerator end as numerator,
        case when has_parts then denominator end as denominator,
        cast(counted as bigint) as n,
        coalesce(low, value - mean_error) as ci_low,
        coalesce(high, value + mean_error) as ci_high,
        evidence_grade,
        is_mature,
        comparison,
        comparison_value,
        note,
        reason as missing
    from computed
    where not is_unmeasured or reason is not null
)

{{ answered('final') }}
