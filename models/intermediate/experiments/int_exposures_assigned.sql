-- Grain: experiment x person exposed, with the first exposure in the time of the experiment.
-- Whoever cannot be counted stays in, with the reason: two arms seen compare with nothing.
with

exposures as (
    select
        exposure_id,
        experiment_id,
        arm,
        visitor_id,
        user_id,
        sku_id,
        segment,
        exposed_at
    from {{ ref('int_exposures') }}
),

experiments as (
    select
        experiment_id,
        started_at,
        ended_at
    from {{ ref('int_experiments') }}
),

arms as (
    select
        experiment_id,
        arm
    from {{ ref('int_experiment_arms') }}
),

bots as (
    select distinct visitor_id
    from {{ ref('int_bot_flags') }}
),

owned as (
    select
        exposures.*,
        coalesce(accounts.person_id, browsers.person_id, exposures.visitor_id) as person_id,
        bots.visitor_id is not null as is_bot,
        arms.arm is null as is_of_unknown_arm,
        exposures.exposed_at < experiments.started_at
        or coalesce(exposures.exposed_at >= experiments.ended_at, false) as is_out_of_time
    from exposures
    inner join experiments on exposures.experiment_id = experiments.experiment_id
    left join arms
        on exposures.experiment_id = arms.experiment_id and exposures.arm = arms.arm
    {{ join_persons('exposures', ref('int_person_identifiers')) }}
    left join bots on exposures.visitor_id = bots.visitor_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by experiment_id, person_id
            order by is_out_of_time, exposed_at, exposure_id
        ) as exposure_rank,
        min(arm) over (partition by experiment_id, person_id)
        != max(arm) over (partition by experiment_id, person_id) as has_several_arms,
        bool_or(is_bot) over (partition by experiment_id, person_id) as is_bot_person
    from owned
),

final as (
    select
        experiment_id,
        person_id,
        arm,
        sku_id,
        segment,
        exposed_at,
        case
            when is_bot_person then 'bot'
            when has_several_arms then 'several_arms'
            when is_of_unknown_arm then 'unknown_arm'
            when is_out_of_time then 'out_of_time'
        end as exclusion_reason
    from ranked
    where exposure_rank = 1
)

select * from final
