-- Clicks on products of categories that the person has not bought from for 90 days.
with arms as (
    select
        model,
        count(*) as tries,
        count(clicked_at) as hits
    from rec_impressions
    where slot = 'cart_addon'
    group by model
)

select
    'all' as scope,
    (arms.hits / arms.tries) / (controls.hits / controls.tries) - 1 as value,
    ratio_error(arms.hits, arms.tries, controls.hits, controls.tries) as error
from arms
cross join arms as controls
where arms.model = 'cross_category_v1' and controls.model = 'cross_category_v0';
