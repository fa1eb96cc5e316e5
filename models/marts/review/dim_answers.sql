-- Grain: question x scope that is answered, in words. A label's star stands for the part of a scope
-- that differs: a term of the house, a group of regions, a band of load time, a step, or what the
-- shop itself calls a thing.
{%- set own = 'substring(fitting.part, ' ~ dbt.position("':'", 'fitting.part') ~ ' + 1)' %}
with

scopes as (
    select distinct
        question_id,
        scope
    from {{ ref('fct_answers') }}
),

labels as (
    {%- for seed in ('answers', 'labels') %}
        select
            question_id,
            scope as pattern,
            label_en,
            label_zh,
            direction,
            {{ dbt.position("'*'", 'scope') }} as star
        from {{ ref(seed) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- What stands after the star, a scope ends with; the longest pattern says most of it.
fitting as (
    select
        scopes.question_id,
        scopes.scope,
        labels.label_en,
        labels.label_zh,
        labels.direction,
        case
            when labels.star > 0
                then
                    substring(
                        scopes.scope, labels.star, length(scopes.scope) - length(labels.pattern) + 1
                    )
        end as part,
        row_number() over (
            partition by scopes.question_id, scopes.scope
            order by case when labels.star > 0 then 1 else 0 end, length(labels.pattern) desc
        ) as place
    from scopes
    left join labels
        on
            scopes.question_id = labels.question_id
            and case
                when labels.star = 0 then scopes.scope = labels.pattern
                else
                    length(scopes.scope) >= length(labels.pattern)
                    and substring(scopes.scope, 1, labels.star - 1)
                    = substring(labels.pattern, 1, labels.star - 1)
                    and substring(
                        scopes.scope,
                        length(scopes.scope) - length(labels.pattern) + labels.star + 1
                    ) = substring(labels.pattern, labels.star + 1)
            end
),

terms as (
    select * from {{ ref('terms') }}
),

names as (
    select
        term as part,
        name_en,
        name_zh
    from terms
    union all
    select distinct
        macro_region_id as part,
        macro_region_name as name_en,
        macro_region_name_zh as name_zh
    from {{ ref('regions') }}
    union all
    select
        concat('band_', case when band_number < 10 then '0' else '' end, band_number) as part,
        case
            when upper_ms is null then concat(lower_ms, ' ms and more')
            else concat(lower_ms, ' to ', upper_ms, ' ms')
        end as name_en,
        case
            when upper_ms is null then concat(lower_ms, '毫秒以上')
            else concat(lower_ms, '至', upper_ms, '毫秒')
        end as name_zh
    from {{ ref('page_load_bands') }}
    union all
    select
        concat(
            steps.funnel_id, ':', steps.event_name, '>', next_steps.event_name,
            ':', kinds.term, '=', segments.term
        ) as part,
        concat(step_terms.name_en, ' to ', next_terms.name_en, ', ', segments.name_en) as name_en,
        concat(segments.name_zh, ' ', step_terms.name_zh, ' → ', next_terms.name_zh) as name_zh
    from {{ ref('funnel_steps') }} as steps
    inner join {{ ref('funnel_steps') }} as next_steps
        on
            steps.funnel_id = next_steps.funnel_id
            and steps.step_number + 1 = next_steps.step_number
    inner join terms as step_terms on steps.event_name = step_terms.term
    inner join terms as next_terms on next_steps.event_name = next_terms.term
    inner join terms as kinds on kinds.term in ('terminal', 'source_group')
    cross join terms as segments
),

-- A name of the shop's own goes without the system that told it.
written as (
    select
        fitting.question_id,
        fitting.scope,
        fitting.direction,
        replace(fitting.label_en, '*', coalesce(
            names.name_en, replace(replace({{ own }}, '_minus_', ' less '), '_', ' '), ''
        )) as label_en,
        replace(fitting.label_zh, '*', coalesce(
            names.name_zh, replace(replace({{ own }}, '_minus_', ' − '), '_', ' '), ''
        )) as label_zh
    from fitting
    left join names on fitting.part = names.part
    where fitting.place = 1
),

final as (
    select
        question_id,
        scope,
        case
            when label_en is null then replace(scope, '_', ' ')
            else concat(upper(substring(label_en, 1, 1)), substring(label_en, 2))
        end as label_en,
        coalesce(label_zh, replace(scope, '_', ' ')) as label_zh,
        direction
    from written
)

select * from final
