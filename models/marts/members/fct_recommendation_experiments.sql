-- Grain: experiment x slot x arm that shows another model than the control does: counted persons
-- who saw the slot after their exposure, by the first time, and those of the control. Only there
-- are persons drawn to models by lot; who sees a model else differs by habit.
with

assigned as (
    select
        assigned.experiment_id,
        assigned.person_id,
        assigned.arm,
        assigned.exposed_at,
        experiments.ended_at
    from {{ ref('int_exposures_assigned') }} as assigned
    inner join {{ ref('int_experiments') }} as experiments
        on assigned.experiment_id = experiments.experiment_id
    where assigned.exclusion_reason is null
),

seen as (
    select
        assigned.experiment_id,
        assigned.arm,
        seen.slot,
        seen.model,
        seen.is_mature,
        seen.is_returned,
        row_number() over (
            partition by assigned.experiment_id, assigned.person_id, seen.slot
            order by seen.first_shown_at, seen.model, seen.is_cross_category
        ) as seen_number
    from assigned
    inner join {{ ref('int_recommendations_seen') }} as seen
        on
            assigned.person_id = seen.person_id
            and assigned.exposed_at <= seen.first_shown_at
            and coalesce(assigned.ended_at > seen.first_shown_at, true)
),

firsts as (
    select * from seen
    where seen_number = 1
),

models as (
    select
        experiment_id,
        arm,
        slot,
        model,
        count(*) as person_count
    from firsts
    group by experiment_id, arm, slot, model
),

counted as (
    select
        experiment_id,
        arm,
        slot,
        count(*) as person_count,
        count(*) filter (where is_mature) as mature_person_count,
        count(*) filter (where is_mature and is_returned) as returned_person_count
    from firsts
    group by experiment_id, arm, slot
),

arms as (
    select
        counted.experiment_id,
        counted.arm,
        counted.slot,
        models.model,
        counted.mature_person_count,
        counted.returned_person_count,
        arms.is_control,
        sum(cast(arms.is_control as integer)) over (
            partition by counted.experiment_id, counted.slot
        ) as control_count
    from counted
    inner join models
        on
            counted.experiment_id = models.experiment_id
            and counted.arm = models.arm
            and counted.slot = models.slot
    inner join {{ ref('int_experiment_arms') }} as arms
        on counted.experiment_id = arms.experiment_id and counted.arm = arms.arm
    -- The arms of an experiment on something else see models as others draw them.
    where models.person_count >= {{ var('arm_model_share') }} * counted.person_count
),

final as (
    select
        arms.experiment_id,
        arms.slot,
        arms.arm,
        arms.model,
        controls.model as control_model,
        arms.mature_person_count,
        arms.returned_person_count,
        controls.mature_person_count as control_mature_person_count,
        controls.returned_person_count as control_returned_person_count
    from arms
    inner join arms as controls
        on
            arms.experiment_id = controls.experiment_id
            and arms.slot = controls.slot
            and arms.model != controls.model
    where controls.is_control and not arms.is_control and arms.control_count = 1
)

select * from final
