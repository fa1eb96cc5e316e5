-- The accounts of a person are of one cluster: what is only attached never joins two of them.
select
    persons.person_id,
    count(distinct clustered.cluster_number) as cluster_count
from {{ ref('int_person_identifiers') }} as persons
inner join {{ ref('int_identifiers_numbered') }} as identifiers
    on
        persons.identifier_type = identifiers.identifier_type
        and persons.identifier = identifiers.identifier
inner join {{ ref('int_identifiers_clustered') }} as clustered
    on identifiers.identifier_number = clustered.identifier_number
where identifiers.is_account
group by persons.person_id
having count(distinct clustered.cluster_number) > 1
