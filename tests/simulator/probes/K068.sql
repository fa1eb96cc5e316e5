select
    'dimensions' as scope,
    count(distinct tag_dimension) as value
from tags;
