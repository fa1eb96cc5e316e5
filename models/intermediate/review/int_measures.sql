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
    union all
    {{ measures(ref('int_landings_measured'), [
        'landing_session_count', 'landing_exit_count', 'trust_session_count',
        'trust_paid_session_count', 'trustless_session_count', 'trustless_paid_session_count',
        'first_action_count', 'first_action_seconds', 'element_click_count', 'element_click_bits',
        'mature_new_visitor_count', 'young_new_visitor_count', 'first_order_visitor_count',
    ]) }}
    union all
    {{ measures(ref('int_checkout_friction_measured'), [
        'begun_checkout_count', 'begun_checkout_exit_count', 'freight_step_count',
        'freight_step_exit_count', 'payment_step_count', 'payment_step_exit_count',
        'payment_step_paid_count', 'freight_charged_count', 'freight_charged_paid_count',
        'freight_free_count', 'freight_free_paid_count',
    ]) }}
    union all
    {{ measures(ref('int_abandonment_reasons_measured'), [
        'abandonment_mention_count', 'freight_mention_count', 'payment_method_mention_count',
    ]) }}
    union all
    {{ measures(ref('int_contents_measured'), [
        'content_impression_count', 'content_click_count', 'scroll_known_view_count',
        'half_scrolled_view_count', 'followed_view_count', 'dwell_seconds',
        'squared_dwell_seconds', 'page_type_followed_view_count', 'page_type_dwell_seconds',
    ]) }}
    union all
    {{ measures(ref('int_searches_measured'), [
        'human_session_count', 'organic_session_count', 'searched_product_count',
        'searched_product_titled_count', 'ranked_impression_count', 'impression_rank_sum',
        'mature_search_count', 'young_search_count', 'converted_search_count',
        'category_search_count', 'category_converted_count', 'long_tail_term_count',
        'opportunity_term_count', 'opportunity_gain_amount',
    ]) }}
    union all
    {{ measures(ref('int_terminal_conversion_measured'), [
        'terminal_visitor_count', 'terminal_paying_visitor_count',
    ]) }}
)

select * from final
