-- Grain: pair of identifiers that were seen together. Taking a sighting back takes back everything
-- that showed the pair before; what shows it again later counts again.
with

numbers as (
    select
        identifier_number,
        identifier_type,
        identifier
    from {{ ref('int_identifiers_numbered') }}
),

sighted as (
    select
        sightings.*,
        numbers.identifier_number
    from {{ ref('int_identifiers_sighted') }} as sightings
    inner join numbers
        on
            sightings.identifier_type = numbers.identifier_type
            and sightings.identifier = numbers.identifier
),

paired as (
    select
        lows.identifier_number as low_number,
        highs.identifier_number as high_number,
        lows.is_strong and highs.is_strong as is_strong,
        lows.link_source,
        lows.first_seen_at,
        lows.last_seen_at,
        lows.unlinked_at
    from sighted as lows
    inner join sighted as highs
        on
            lows.sighting_number = highs.sighting_number
            and lows.identifier_number < highs.identifier_number
),

taken_back as (
    select
        low_number,
        high_number,
        max(unlinked_at) as unlinked_at
    from paired
    where unlinked_at is not null
    group by low_number, high_number
),

standing as (
    select
        paired.low_number,
        paired.high_number,
        paired.is_strong,
        paired.link_source,
        case
            when paired.first_seen_at <= taken_back.unlinked_at then paired.last_seen_at
            else paired.first_seen_at
        end as linked_at
    from paired
    left join taken_back
        on
            paired.low_number = taken_back.low_number
            and paired.high_number = taken_back.high_number
    where
        paired.unlinked_at is null
        and (taken_back.low_number is null or paired.last_seen_at > taken_back.unlinked_at)
),

-- The first that merges if any does, or else the first.
ranked as (
    select
        *,
        row_number() over (
            partition by low_number, high_number
            order by is_strong desc, linked_at asc nulls last, link_source asc
        ) as evidence_rank
    from standing
),

final as (
    select
        row_number() over (
            order by linked_at asc nulls last, low_number asc, high_number asc
        ) as link_number,
        low_number,
        high_number,
        is_strong,
        linked_at,
        link_source
    from ranked
    where evidence_rank = 1
)

select * from final
