-- Whatever was sighted belongs to a person, once.
with

sighted as (
    select distinct
        identifier_type,
        identifier
    from {{ ref('int_identifiers_sighted') }}
),

resolved as (
    select
        identifier_type,
        identifier,
        count(*) as person_count
    from {{ ref('int_person_identifiers') }}
    group by identifier_type, identifier
)

select
    sighted.identifier_type,
    sighted.identifier,
    resolved.person_count
from sighted
full outer join resolved
    on
        sighted.identifier_type = resolved.identifier_type
        and sighted.identifier = resolved.identifier
where sighted.identifier is null or resolved.person_count is distinct from 1
