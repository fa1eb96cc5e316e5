select
    'scenarios' as scope,
    count(distinct labelled_value) as value
from tag_labels
where tag_dimension = 'scenario' and labelled_value != 'none';
