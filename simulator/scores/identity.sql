-- Pairs of identifiers put to one person. What two people share has no owner and is left out; and
-- nobody could put together what nothing that landed links, so there are two scores.
with scopes (score, at_least, is_linked_only) as (
    values
        ('identity: pairwise F1 of linked identifiers', 0.99, true),
        ('identity: pairwise F1 of all identifiers', 0.95, false)
),

linked as (
    select distinct
        identifier_type,
        identifier,
        true as is_linked
    from warehouse.intermediate.int_identifiers_sighted
    qualify count(*) over (partition by sighting_number) > 1
),

known as (
    select
        id_type as identifier_type,
        'storefront:' || id_value as identifier,
        any_value(person_number) as person_number
    from truth.identities
    group by all
    having count(*) = 1
),

-- Identifiers of one person that the warehouse put to one person.
cells as (
    select
        scopes.score,
        scopes.at_least,
        found.person_id,
        known.person_number,
        count(*) as size
    from warehouse.intermediate.int_person_identifiers as found
    inner join known using (identifier_type, identifier)
    left join linked using (identifier_type, identifier)
    inner join scopes on linked.is_linked or not scopes.is_linked_only
    group by all
),

counted as (
    select
        score,
        at_least,
        'right' as pair_kind,
        size
    from cells
    union all
    select
        score,
        at_least,
        'found',
        sum(size)
    from cells
    group by score, at_least, person_id
    union all
    select
        score,
        at_least,
        'true',
        sum(size)
    from cells
    group by score, at_least, person_number
),

pairs as (
    select
        score,
        at_least,
        sum(size * (size - 1) / 2) filter (where pair_kind = 'right') as right_pairs,
        sum(size * (size - 1) / 2) filter (where pair_kind = 'found') as found_pairs,
        sum(size * (size - 1) / 2) filter (where pair_kind = 'true') as true_pairs
    from counted
    group by score, at_least
)

select
    score,
    2 * right_pairs / (found_pairs + true_pairs) as value,
    at_least,
    cast(true_pairs as bigint) as n,
    'pairs' as unit,
    cast(null as varchar) as missed
from pairs
order by score desc
