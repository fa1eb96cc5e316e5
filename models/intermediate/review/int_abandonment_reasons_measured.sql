-- Grain: period x scope: reasons given for leaving a checkout, in surveys and to service (`survey`,
-- `service`).
with

final as (
    select
        period,
        evidence as scope,
        sum(mention_count) as abandonment_mention_count,
        sum(case when reason = 'freight' then mention_count else 0 end) as freight_mention_count,
        sum(case when reason = 'payment_method' then mention_count else 0 end)
            as payment_method_mention_count
    from {{ ref('fct_abandonment_reasons') }}
    group by period, evidence
)

select * from final
