{% macro superseded_rows(rows, key) %}
    {#
        The sound rows of a query of which a later row of the same key has landed, by their place. Only
        keys that came more than once are put in order: that is what fits into memory at any size.
    #}
    {% set keys = key | join(', ') %}
    select
        _source_file,
        _source_row,
        true as is_superseded
    from {{ rows }}
    semi join (
        select {{ keys }}
        from {{ rows }}
        where broken_rule is null
        group by {{ keys }}
        having count(*) > 1
    ) as repeated using ({{ keys }})
    where broken_rule is null
    qualify {{ recency(key) }} > 1
{% endmacro %}
