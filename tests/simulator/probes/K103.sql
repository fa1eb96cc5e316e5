select
    'grades' as scope,
    count(distinct grade) as value
from disposals;
