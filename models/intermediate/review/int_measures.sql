-- Grain: period x scope x measure, of what is known. Each topic is registered here.
with

final as (
    {{ measures(ref('int_payments_measured'), [
        'succeeded_attempt_count', 'ended_attempt_count', 'failed_attempt_count',
        'failed_attempt_count_of_all',
    ]) }}
    union all
    {{ measures(ref('int_tracking_measured'), [
        'landed_event_count', 'superseded_event_count', 'quarantined_event_count', 'event_count',
        'complete_event_count', 'wrong_clock_event_count', 'trackable_order_count',
        'untold_order_count', 'trackable_payment_count', 'untold_payment_count',
        'timed_event_count', 'event_delay_p50_seconds', 'event_delay_p99_seconds',
    ]) }}
    union all
    {{ measures(ref('int_buyers_measured'), [
        'known_buyer_count', 'repeat_buyer_count', 'prior_customer_count',
        'returning_customer_count', 'prior_year_customer_count', 'returning_year_customer_count',
    ]) }}
)

select * from final
