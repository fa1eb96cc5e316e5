-- Grain: identifier. A cluster is what strong links join: the identifiers of one person. The links
-- of an identifier with implausibly many accounts join nothing, and those of an implausibly large
-- cluster are loosened: every identifier of it is a cluster of its own.
{% set graph %}
identifiers as (
    select
        identifier_number,
        is_account
    from {{ ref('int_identifiers_numbered') }}
),

links as (
    select
        low_number,
        high_number,
        is_strong
    from {{ ref('int_identifiers_linked') }}
),

-- Accounts have the lowest numbers, so they stand on the low side of their links.
account_counts as (
    select
        links.high_number as identifier_number,
        count(*) as account_count
    from links
    inner join identifiers on links.low_number = identifiers.identifier_number
    where identifiers.is_account
    group by links.high_number
),

overused as (
    select identifier_number
    from account_counts
    where account_count > {{ var('identity_max_accounts') }}
),

joining as (
    select
        links.low_number,
        links.high_number
    from links
    left join overused as low_overused on links.low_number = low_overused.identifier_number
    left join overused as high_overused on links.high_number = high_overused.identifier_number
    where
        links.is_strong
        and low_overused.identifier_number is null
        and high_overused.identifier_number is null
)
{% endset %}

with

{{ graph }},

components as {{ connected_components('joining', graph) }},  -- noqa: PRS

component_sizes as (
    select
        component,
        count(*) as identifier_count
    from components
    group by component
),

final as (
    select
        identifiers.identifier_number,
        case
            when component_sizes.identifier_count <= {{ var('identity_max_identifiers') }}
                then components.component
            else identifiers.identifier_number
        end as cluster_number,
        coalesce(account_counts.account_count, 0) as account_count,
        overused.identifier_number is not null as is_overused,
        coalesce(
            component_sizes.identifier_count > {{ var('identity_max_identifiers') }}, false
        ) as is_oversized
    from identifiers
    left join account_counts
        on identifiers.identifier_number = account_counts.identifier_number
    left join overused on identifiers.identifier_number = overused.identifier_number
    left join components on identifiers.identifier_number = components.node
    left join component_sizes on components.component = component_sizes.component
)

select * from final
