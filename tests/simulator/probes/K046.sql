-- Visitors who add to the cart between their exposure and the end of the experiment.
with reached as (
    select
        exposures.arm,
        exposures.visitor_id,
        bool_or(events.event_id is not null) as converts
    from exposures
    inner join experiments using (experiment_id)
    left join events
        on
            exposures.visitor_id = events.visitor_id
            and events.event_name = 'add_to_cart'
            and events.event_at >= exposures.exposed_at
            and events.event_at < experiments.ended_at
    where exposures.experiment_id = 'one_click'
    group by exposures.arm, exposures.visitor_id
),

arms as (
    select
        arm,
        count(*) as tries,
        sum(converts::int) as hits
    from reached
    group by arm
)

select
    arms.arm as scope,
    (arms.hits / arms.tries) / (controls.hits / controls.tries) - 1 as value,
    ratio_error(arms.hits, arms.tries, controls.hits, controls.tries) as error
from arms
cross join arms as controls
where controls.arm = 'control' and arms.arm != 'control';
