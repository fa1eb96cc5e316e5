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
        'organic_session_count', 'searched_product_count', 'searched_product_titled_count',
        'ranked_impression_count', 'impression_rank_sum', 'mature_search_count',
        'young_search_count', 'converted_search_count', 'category_search_count',
        'category_converted_count', 'long_tail_term_count', 'opportunity_term_count',
        'opportunity_gain_amount',
    ]) }}
    union all
    {{ measures(ref('int_terminal_conversion_measured'), [
        'terminal_visitor_count', 'terminal_paying_visitor_count',
    ]) }}
    union all
    {{ measures(ref('int_visits_measured'), [
        'session_count', 'session_count_of_all', 'bounced_session_count',
        'unengaged_session_count', 'checkout_session_count', 'paid_checkout_session_count',
        'page_view_count', 'engaged_seconds', 'squared_engaged_seconds', 'visitor_count',
        'visitor_count_of_all', 'clickless_visitor_count', 'visitor_day_count',
        'checkout_person_count', 'paid_checkout_person_count',
    ]) }}
    union all
    {{ measures(ref('int_activity_measured'), [
        'active_person_day_count', 'covered_day_count', 'daily_person_count',
        'monthly_person_count', 'late_person_count', 'late_person_day_count', 'late_day_count',
    ]) }}
    union all
    {{ measures(ref('int_sales_measured'), [
        'gmv_placed_amount', 'gmv_paid_amount', 'net_sales_by_order_date_amount',
        'net_sales_by_refund_date_amount', 'known_terminal_amount', 'mobile_amount',
        'known_terminal_order_count', 'mobile_order_count',
    ]) }}
    union all
    {{ measures(ref('int_carts_measured'), [
        'mature_cart_count', 'young_cart_count', 'abandoned_cart_count', 'late_mature_cart_count',
        'late_young_cart_count', 'late_abandoned_cart_count',
    ]) }}
    union all
    {{ measures(ref('int_cart_shortfalls_measured'), [
        'mature_near_cart_count', 'young_near_cart_count', 'topped_up_cart_count',
    ]) }}
    union all
    {{ measures(ref('int_service_measured'), [
        'conversation_count', 'rated_conversation_count', 'satisfied_conversation_count',
    ]) }}
    union all
    {{ measures(ref('int_coupons_measured'), [
        'expired_coupon_count', 'redeemed_coupon_count', 'young_coupon_count',
        'lot_coupon_cost_amount', 'additional_order_count', 'lot_count', 'young_lot_count',
        'lot_buyer_count',
    ]) }}
    union all
    {{ measures(ref('int_inquiries_measured'), [
        'mature_inquirer_count', 'young_inquirer_count', 'converted_inquirer_count',
    ]) }}
)

select * from final
