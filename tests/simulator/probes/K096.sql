select
    'segments' as scope,
    count(distinct segment) as value
from exposures
where experiment_id = 'selling_points';
