-- Grain: question x period x scope, of the questions about promotions. The effect of a promotion
-- belongs whole to the period that it began in.
with

periods as (
    select
        period,
        start_date,
        end_date,
        is_complete
    from {{ ref('dim_periods') }}
),

promotions as (
    select * from {{ ref('fct_promotions') }}
),

lines as (
    select
        paid_date,
        promo_id,
        sum(gmv_paid_amount) as gmv_paid_amount
    from {{ ref('fct_order_lines') }}
    where is_paid
    group by paid_date, promo_id
),

-- A shop without a calendar of promotions does not tell which of its sales are promotional.
calendars as (
    select count(*) as promotion_count from promotions
),

sold as (
    select
        periods.period,
        promotions.promo_type,
        sum(lines.gmv_paid_amount) as gmv_paid_amount
    from periods
    inner join lines
        on
            periods.start_date <= lines.paid_date
            and periods.end_date > lines.paid_date
    left join promotions on lines.promo_id = promotions.promo_id
    group by periods.period, promotions.promo_type
),

summed as (
    select
        period,
        sum(gmv_paid_amount) as gmv_paid_amount,
        sum(case when promo_type is not null then gmv_paid_amount else 0 end) as promoted_amount,
        -- As decimals, for the last digits of a sum of doubles depend on their order.
        sum(
            case
                when promo_type is not null
                    then
                        cast(gmv_paid_amount as decimal(18, 2))
                        * cast(gmv_paid_amount as decimal(18, 2))
                else 0
            end
        ) as squares
    from sold
    group by period
),

shared as (
    select
        periods.period,
        periods.is_complete,
        summed.gmv_paid_amount,
        summed.promoted_amount,
        summed.squares,
        power(summed.promoted_amount, 2) as square,
        case
            when calendars.promotion_count = 0 then 'no source tells when promotions ran'
            when coalesce(summed.gmv_paid_amount, 0) <= 0 then 'nothing was paid'
        end as missing_share,
        case
            when calendars.promotion_count = 0 then 'no source tells when promotions ran'
            when coalesce(summed.promoted_amount, 0) <= 0
                then 'nothing was paid under a promotion'
        end as missing_concentration
    from periods
    cross join calendars
    left join summed on periods.period = summed.period
),

-- Once for their form, once for all forms together.
formed as (
    select
        *,
        promo_type as form
    from promotions
    union all
    select
        *,
        'all' as form
    from promotions
),

forms as (
    select distinct
        periods.period,
        periods.start_date,
        periods.end_date,
        periods.is_complete,
        formed.form
    from periods
    inner join formed
        on
            periods.start_date <= formed.start_date
            and periods.end_date > formed.start_date
    union
    select
        period,
        start_date,
        end_date,
        is_complete,
        'all' as form
    from periods
),

begun as (
    select
        forms.period,
        forms.is_complete,
        forms.form,
        count(promotions.promo_id) as promotion_count,
        count(promotions.uplift_amount) as measured_count,
        coalesce(bool_and(promotions.is_over), true) as is_over,
        sum(promotions.measured_day_count) as day_count,
        sum(promotions.after_day_count) as after_day_count,
        sum(promotions.uplift_amount) as uplift_amount,
        sum(promotions.baseline_amount) as baseline_amount,
        sum(promotions.after_effect_amount) as after_effect_amount,
        sum(promotions.effect_amount) as effect_amount,
        1.959963984540054 * sqrt(sum(power(promotions.effect_error_amount, 2))) as effect_margin,
        -- Of promotions that carry their lines; of others nobody knows who took part.
        sum(case when promotions.order_count > 0 then promotions.buyer_count else 0 end)
            as buyer_count,
        sum(case when promotions.order_count > 0 then promotions.active_person_count else 0 end)
            as active_person_count
    from forms
    left join formed as promotions
        on
            forms.form = promotions.form
            and forms.start_date <= promotions.start_date
            and forms.end_date > promotions.start_date
    group by forms.period, forms.is_complete, forms.form
),

effects as (
    select
        *,
        case when form = 'all' then 'uplift' else concat('uplift:', form) end as uplift_scope,
        case when form = 'all' then 'after_effect' else concat('after_effect:', form) end
            as after_scope,
        case
            when promotion_count = 0 then 'no promotion began'
            when measured_count = 0 then 'no promotion has enough days of its own to compare'
        end as missing_effect,
        case
            when promotion_count = 0 then 'no promotion began'
            when measured_count = 0 then 'no promotion has enough days of its own to compare'
            when baseline_amount <= 0 then 'ordinary days sell nothing'
        end as missing_uplift,
        case
            when promotion_count = 0 then 'no promotion began'
            when measured_count = 0 then 'no promotion has enough days of its own to compare'
            when after_day_count = 0 then 'no days after them belong to these promotions'
        end as missing_after,
        case
            when active_person_count = 0 then 'no promotion tells its lines and its visitors'
        end as missing_participation,
        case
            when measured_count < promotion_count
                then concat(
                    promotion_count - measured_count, ' of ', promotion_count,
                    ' promotions cannot be measured.'
                )
        end as note
    from begun
),

final as (
    select
        {{ answer(
            'K003', scope="'share'", unit='share',
            value=ratio('promoted_amount', 'gmv_paid_amount'),
            numerator='promoted_amount', denominator='gmv_paid_amount', missing='missing_share'
        ) }}
    from shared
    union all
    select
        {{ answer(
            'K003', scope="'incremental'", unit='money', value='effect_amount', n='day_count',
            ci_low='effect_amount - effect_margin', ci_high='effect_amount + effect_margin',
            grade='C', is_mature='is_complete and is_over', missing='missing_effect', note='note'
        ) }}
    from effects
    where form = 'all'
    union all
    select
        {{ answer(
            'K115', scope="'concentration'", unit='ratio', value=ratio('squares', 'square'),
            numerator='squares', denominator='square', missing='missing_concentration'
        ) }}
    from shared
    union all
    select
        {{ answer(
            'K115', scope="'participation'", unit='ratio',
            value=ratio('buyer_count', 'active_person_count'),
            numerator='buyer_count', denominator='active_person_count',
            missing='missing_participation'
        ) }}
    from effects
    where form = 'all'
    union all
    select
        {{ answer(
            'K115', scope='uplift_scope', unit='relative_change',
            value=ratio('uplift_amount', 'baseline_amount'),
            numerator='uplift_amount', denominator='baseline_amount',
            grade='C', missing='missing_uplift', note='note'
        ) }}
    from effects
    union all
    select
        {{ answer(
            'K115', scope='after_scope', unit='money', value='after_effect_amount', grade='C',
            is_mature='is_complete and is_over', missing='missing_after', note='note'
        ) }}
    from effects
)

{{ answered('final') }}
