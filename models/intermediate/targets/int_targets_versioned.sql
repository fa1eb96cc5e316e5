-- Grain: version of a target; of versions set on one day only the highest, marked. From when to when it was in force, what its phasing adds up to, and
-- what makes it no target to measure against.
with

targets as (
    select
        target_id,
        source_system,
        metric_id,
        scope_type,
        case
            when scope_type = 'company' then 'all'
            else coalesce(category_id, region_id, channel_id, 'unknown')
        end as scope_id,
        starts_date,
        ends_date,
        version,
        {{ business_date('set_at') }} as set_date,
        value
    from {{ ref('int_targets') }}
),

phased as (
    select
        target_id,
        sum(planned_value) as planned_value
    from {{ ref('int_target_phasing') }}
    group by target_id
),

compared as (
    select
        *,
        count(*) over (
            partition by metric_id, scope_type, scope_id, starts_date, ends_date, set_date
        ) as same_day_count,
        min(source_system) over (
            partition by metric_id, scope_type, scope_id, starts_date, ends_date
        ) != max(source_system) over (
            partition by metric_id, scope_type, scope_id, starts_date, ends_date
        ) as is_disputed,
        row_number() over (
            partition by metric_id, scope_type, scope_id, starts_date, ends_date, set_date
            order by version desc, target_id
        ) = 1 as is_highest,
        -- Versions of one day all end when a version of a later day begins.
        min(set_date) over (
            partition by metric_id, scope_type, scope_id, starts_date, ends_date
            order by set_date
            range between interval 1 day following and unbounded following
        ) as superseded_date
    from targets
),

final as (
    select
        compared.target_id,
        compared.metric_id,
        compared.scope_type,
        compared.scope_id,
        compared.starts_date,
        compared.ends_date,
        compared.version,
        compared.set_date,
        compared.superseded_date,
        compared.value as target_value,
        case
            when compared.is_disputed then 'more than one source system sets the target'
            when compared.same_day_count > 1
                then concat(compared.same_day_count, ' versions of the target were set on one day')
            when compared.ends_date <= compared.starts_date
                then 'the target ends before it begins'
            when compared.value <= 0 then 'the target is not above zero'
        end as target_fault,
        case
            when phased.target_id is null then 'the target is not spread over months'
            -- Each month may be rounded to the last digit.
            when abs(phased.planned_value - compared.value) > 0.01
                then 'the planned months do not add up to the target'
        end as phasing_fault
    from compared
    left join phased on compared.target_id = phased.target_id
    where compared.is_highest
)

select * from final
