-- The tag that held when the label was given.
select
    'accuracy' as scope,
    avg((labels.labelled_value = tags.tag_value)::int) as value,
    1.96 * sqrt(value * (1 - value) / count(*)) as error
from tag_labels as labels
inner join tags
    on
        labels.user_id = tags.user_id
        and labels.tag_dimension = tags.tag_dimension
        and labels.labelled_at >= tags.valid_from_at
        and labels.labelled_at < coalesce(tags.valid_to_at, timestamp '2100-01-01');
