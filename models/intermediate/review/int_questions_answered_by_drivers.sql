-- Grain: question x period x scope, of the questions about what drove growth.
with

periods as (
    select
        periods.period,
        periods.is_complete,
        coalesce(periods.is_complete and previous.is_complete, false) as has_previous,
        coalesce(periods.is_complete and year_ago.is_complete, false) as has_year_ago
    from {{ ref('dim_periods') }} as periods
    left join {{ ref('dim_periods') }} as previous on periods.previous_period = previous.period
    left join {{ ref('dim_periods') }} as year_ago on periods.year_ago_period = year_ago.period
),

drivers as (
    select * from {{ ref('fct_growth_drivers') }}
),

-- Of the new and the exited SKUs, those of categories that the other side did not sell at all.
whole_categories as (
    select
        period,
        sum(case when driver = 'new' and base_amount = 0 then effect_amount end) as new_amount,
        sum(case when driver = 'exited' and value_amount = 0 then effect_amount end)
            as exited_amount,
        case when not bool_or(member != 'unknown') then 'no source tells categories' end
            as missing_reason
    from drivers
    where comparison = 'qoq' and bridge = 'price_volume_mix' and dimension = 'category'
    group by period
),

totals as (
    select distinct
        period,
        change_amount
    from drivers
    where comparison = 'qoq' and bridge = 'price_volume_mix' and dimension = 'total'
),

quarterly as (
    select
        period,
        case when bridge = 'driver_tree' then concat('tree_', driver) else driver end as scope,
        effect_amount,
        missing_reason
    from drivers
    where
        comparison = 'qoq'
        and bridge in ('price_volume_mix', 'driver_tree')
        and dimension = 'total'
    union all
    select
        period,
        'change' as scope,
        change_amount as effect_amount,
        null as missing_reason
    from totals
    union all
    select
        totals.period,
        'new_in_new_categories' as scope,
        coalesce(whole_categories.new_amount, 0) as effect_amount,
        whole_categories.missing_reason
    from totals
    inner join whole_categories on totals.period = whole_categories.period
    union all
    select
        totals.period,
        'exited_with_categories' as scope,
        coalesce(whole_categories.exited_amount, 0) as effect_amount,
        whole_categories.missing_reason
    from totals
    inner join whole_categories on totals.period = whole_categories.period
),

-- K016
bridged as (
    select
        periods.period,
        periods.is_complete,
        coalesce(quarterly.scope, 'change') as scope,
        quarterly.effect_amount,
        case
            when not periods.has_previous
                then 'the period or the one before is not covered whole'
            when quarterly.period is null then 'nothing was sold on either side'
            else quarterly.missing_reason
        end as missing
    from periods
    left join quarterly on periods.period = quarterly.period
),

yearly as (
    select
        period,
        case when dimension = 'total' then driver else concat(member, '_', driver) end as scope,
        effect_amount,
        missing_reason
    from drivers
    where comparison = 'yoy' and bridge = 'availability_brand'
),

-- K020
supplied as (
    select
        periods.period,
        periods.is_complete,
        coalesce(yearly.scope, 'in_stock') as scope,
        yearly.effect_amount,
        case
            when not periods.has_year_ago
                then 'the period or the one a year before is not covered whole'
            when yearly.period is null then 'nothing was sold on either side'
            else yearly.missing_reason
        end as missing
    from periods
    left join yearly on periods.period = yearly.period
),

final as (
    select
        {{ answer(
            'K016', scope='scope', unit='money', value='effect_amount', grade='C',
            missing='missing'
        ) }}
    from bridged
    union all
    select
        {{ answer(
            'K020', scope='scope', unit='money', value='effect_amount', grade='C',
            missing='missing'
        ) }}
    from supplied
)

{{ answered('final') }}
