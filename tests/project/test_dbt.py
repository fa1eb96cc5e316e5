"""dbt builds the project without any data, runs all of its tests, and they are able to fail."""

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from tests.project.builds import ALL_SYSTEMS, Build, dbt
from tests.project.rules import Repository, column_order

# Model -> a change to its formula that its unit tests have to notice: file, text, new text.
MUTANTS = {
    "base_online_retail__invoice_lines": (
        "macros/recency.sql",
        "order by _loaded_at desc, _source_file desc, _source_row desc",
        "order by _loaded_at, _source_file, _source_row",
    ),
    "stg_online_retail__refund_matches": (
        "models/staging/online_retail/stg_online_retail__refund_matches.sql",
        "slices.upper_height <= spans.upper_height",
        "slices.upper_height < spans.upper_height",
    ),
    "stg_online_retail__refund_lines": (
        "models/staging/online_retail/stg_online_retail__refund_lines.sql",
        "order by coalesce(sale_line_id, '')",
        "order by invoice_line_id",
    ),
    "base_storefront__identities": (
        "models/staging/storefront/base/base_storefront__identities.sql",
        "as integer) < 2",
        "as integer) < 1",
    ),
    "base_storefront__subscription_runs": (
        "macros/contract_rules.sql",
        "' = try_cast(' ~ value ~ ' as double), false)'",
        "' is not null, false)'",
    ),
    "base_storefront__surveys": (
        "macros/contract_rules.sql",
        "' not in (' ~ quote ~ listed",
        "' in (' ~ quote ~ listed",
    ),
    "stg_storefront__exchange_rates": (
        "models/staging/storefront/stg_storefront__exchange_rates.sql",
        "where quote_currency_code =",
        "where base_currency_code =",
    ),
    "stg_storefront__promo_calendar": (
        "models/staging/storefront/stg_storefront__promo_calendar.sql",
        "when scope_type = 'sku'",
        "when scope_type != 'shop'",
    ),
    "stg_storefront__refund_lines": (
        "models/staging/storefront/stg_storefront__refund_lines.sql",
        "coalesce(lines.reason_code, refunds.reason_code)",
        "coalesce(refunds.reason_code, lines.reason_code)",
    ),
    "stg_storefront__targets": (
        "models/staging/storefront/stg_storefront__targets.sql",
        "when scope_type = 'channel'",
        "when scope_type = 'region'",
    ),
    "int_visitors_changed": (
        "models/intermediate/changes/int_visitors_changed.sql",
        "    union\n",
        "    union all\n",
    ),
    "int_session_owners_changed": (
        "models/intermediate/changes/int_session_owners_changed.sql",
        "accounts.user_id = sessions.user_id",
        "accounts.user_id != sessions.user_id",
    ),
    "int_persons_changed": (
        "models/intermediate/changes/int_persons_changed.sql",
        "visitors.visitor_id = owners.visitor_id",
        "visitors.visitor_id != owners.visitor_id",
    ),
    "int_orders_changed": (
        "models/intermediate/changes/int_orders_changed.sql",
        "skus.sku_id = lines.sku_id",
        "skus.sku_id != lines.sku_id",
    ),
    "int_order_values_changed": (
        "models/intermediate/changes/int_order_values_changed.sql",
        "union\n    select\n        order_id,\n        changed_in_build\n"
        "    from {{ changed_keys('int_orders_attributed'",
        "union all\n    select\n        order_id,\n        changed_in_build\n"
        "    from {{ changed_keys('int_orders_attributed'",
    ),
    "int_identifiers_sighted": (
        "models/intermediate/identity/int_identifiers_sighted.sql",
        "unpivoted.is_strong and coalesce",
        "unpivoted.is_strong or coalesce",
    ),
    "int_identifiers_numbered": (
        "models/intermediate/identity/int_identifiers_numbered.sql",
        "coalesce(users.registered_at, sighted.first_seen_at)",
        "sighted.first_seen_at",
    ),
    "int_identifiers_linked": (
        "models/intermediate/identity/int_identifiers_linked.sql",
        "paired.last_seen_at > taken_back.unlinked_at",
        "true",
    ),
    "int_identifiers_clustered": (
        "models/intermediate/identity/int_identifiers_clustered.sql",
        "where account_count >",
        "where account_count < 0 and account_count >",
    ),
    "int_clusters_linked": (
        "models/intermediate/identity/int_clusters_linked.sql",
        "where not is_overused",
        "where true",
    ),
    "int_clusters_claimed": (
        "models/intermediate/identity/int_clusters_claimed.sql",
        "+ cast(clusters.has_wechat as integer) > 1",
        "+ cast(clusters.has_wechat as integer) > 2",
    ),
    "int_clusters_attached": (
        "models/intermediate/identity/int_clusters_attached.sql",
        "where not has_account and not is_shared",
        "where not has_account",
    ),
    "int_person_identifiers": (
        "models/intermediate/identity/int_person_identifiers.sql",
        "where resolved.person_number = neighbours.person_number",
        "where true",
    ),
    "int_persons": (
        "models/intermediate/identity/int_persons.sql",
        "not bool_or(is_known_account) as is_anonymous",
        "not bool_and(is_known_account) as is_anonymous",
    ),
    "int_identifiers_held": (
        "models/intermediate/identity/int_identifiers_held.sql",
        "where held_reason is not null",
        "where true",
    ),
    "int_person_merges": (
        "models/intermediate/identity/int_person_merges.sql",
        "min(link_number) as link_number",
        "max(link_number) as link_number",
    ),
    "int_orders_identified": (
        "models/intermediate/identity/int_orders_identified.sql",
        "when open_id is not null then 'open_id'",
        "when open_id is null then 'open_id'",
    ),
    "int_orders_converted": (
        "models/intermediate/sales/int_orders_converted.sql",
        "orders.business_date >= exchange_rates.rate_date",
        "orders.business_date > exchange_rates.rate_date",
    ),
    "int_order_amounts_allocated": (
        "models/intermediate/sales/int_order_amounts_allocated.sql",
        "remainder_rank <= cents_left",
        "remainder_rank < cents_left",
    ),
    "int_order_lines_allocated": (
        "models/intermediate/sales/int_order_lines_allocated.sql",
        " - line_discount as",
        " as",
    ),
    "int_refund_lines_dated": (
        "models/intermediate/sales/int_refund_lines_dated.sql",
        "orders.paid_date, orders.business_date, refund_lines.refund_date",
        "orders.business_date, orders.paid_date, refund_lines.refund_date",
    ),
    "int_as_of": (
        "models/intermediate/sales/int_as_of.sql",
        "dbt.dateadd('day', 1,",
        "dbt.dateadd('day', 0,",
    ),
    "int_events_sessionised": (
        "models/intermediate/channels/int_events_sessionised.sql",
        "                    >= {{ dbt.dateadd('minute'",
        "                    > {{ dbt.dateadd('minute'",
    ),
    "int_sessions_measured": (
        "models/intermediate/channels/int_sessions_measured.sql",
        "business_date('started_at')",
        "business_date('ended_at')",
    ),
    "int_session_sources": (
        "models/intermediate/channels/int_session_sources.sql",
        "order by sessionised.event_number",
        "order by sessionised.event_number desc",
    ),
    "int_session_landings": (
        "models/intermediate/channels/int_session_landings.sql",
        "        source_number = 1\n",
        "        source_number = 2\n",
    ),
    "int_sessions_retouched": (
        "models/intermediate/channels/int_sessions_retouched.sql",
        "touches.touched_at > sessions.started_at",
        "touches.touched_at >= sessions.started_at",
    ),
    "int_bot_flags": (
        "models/intermediate/channels/int_bot_flags.sql",
        "pause_count >= {{ var('bot_pauses') }}",
        "pause_count > 0",
    ),
    "int_sessions": (
        "models/intermediate/channels/int_sessions.sql",
        "sessions.engaged_seconds < {{ var('bounce_seconds') }}",
        "sessions.engaged_seconds <= {{ var('bounce_seconds') }}",
    ),
    "int_bot_effects": (
        "models/intermediate/channels/int_bot_effects.sql",
        "    union\n",
        "    union all\n",
    ),
    "dim_dates": (
        "models/marts/core/dim_dates.sql",
        "dbt.dateadd('day', 28, 'new_year_date')",
        "dbt.dateadd('day', 29, 'new_year_date')",
    ),
    "dim_periods": (
        "models/marts/core/dim_periods.sql",
        "known.year_ago_start_date = year_ago.start_date",
        "known.year_ago_start_date = year_ago.end_date",
    ),
    "dim_members": (
        "models/marts/members/dim_members.sql",
        "where is_paid",
        "where true",
    ),
    "dim_products": (
        "models/marts/products/dim_products.sql",
        "where is_paid and not is_gift",
        "where is_paid",
    ),
    "fct_order_charges": ("models/marts/sales/fct_order_charges.sql", "max_by(", "min_by("),
    "fct_order_lines": (
        "models/marts/sales/fct_order_lines.sql",
        "lines.gmv_paid_amount - coalesce(",
        "lines.gmv_paid_amount + coalesce(",
    ),
    "fct_orders": (
        "models/marts/sales/fct_orders.sql",
        "lines.refunded_quantity >= lines.quantity",
        "lines.refunded_quantity > lines.quantity",
    ),
    "fct_sales_daily": (
        "models/marts/sales/fct_sales_daily.sql",
        "order_date as business_date",
        "refund_date as business_date",
    ),
    "int_sales_summed_to_periods": (
        "models/intermediate/review/int_sales_summed_to_periods.sql",
        "periods.end_date > daily.business_date",
        "periods.end_date >= daily.business_date",
    ),
    "int_orders_counted_to_periods": (
        "models/intermediate/review/int_orders_counted_to_periods.sql",
        "and not is_fully_refunded",
        "and true",
    ),
    "int_region_buyers_counted_to_periods": (
        "models/intermediate/review/int_region_buyers_counted_to_periods.sql",
        "count(distinct orders.person_id)",
        "count(orders.person_id)",
    ),
    "int_region_growth_compared": (
        "models/intermediate/review/int_region_growth_compared.sql",
        "year_ago.is_complete and periods.is_complete",
        "periods.is_complete",
    ),
    "int_questions_answered_by_sales": (
        "models/intermediate/review/int_questions_answered_by_sales.sql",
        "when ever_completed.completed_count = 0",
        "when ever_completed.completed_count < 0",
    ),
    "int_questions_answered_by_regions": (
        "models/intermediate/review/int_questions_answered_by_regions.sql",
        "when growth.base_amount < ",
        "when growth.base_amount <= ",
    ),
    "dim_comparison_days": (
        "models/marts/core/dim_comparison_days.sql",
        "aligned.first_base_date >= first_orders.first_date",
        "aligned.first_base_date >= aligned.first_base_date",
    ),
    "int_sales_summed_to_members": (
        "models/intermediate/sales/int_sales_summed_to_members.sql",
        "order_date as business_date",
        "refund_date as business_date",
    ),
    "int_sku_sales_split_by_promotion": (
        "models/intermediate/sales/int_sku_sales_split_by_promotion.sql",
        "case when is_gift then 0 else quantity end",
        "quantity",
    ),
    "int_sku_availability_counted": (
        "models/intermediate/sales/int_sku_availability_counted.sql",
        "max(available) > 0",
        "max(on_hand) > 0",
    ),
    "fct_sales_growth": (
        "models/marts/sales/fct_sales_growth.sql",
        "sum(daily.gmv_paid_amount * days.day_count)",
        "sum(daily.gmv_paid_amount)",
    ),
    "fct_sku_comparisons": (
        "models/marts/sales/fct_sku_comparisons.sql",
        "when not sold.is_sold_in_base then 'new'",
        "when not sold.is_sold then 'new'",
    ),
    "fct_sku_growth": (
        "models/marts/sales/fct_sku_growth.sql",
        "'coalesce(skus.unit_price - skus.base_unit_price, 0)'",
        "'coalesce(skus.base_unit_price - skus.unit_price, 0)'",
    ),
    "fct_growth_factors": (
        "models/marts/sales/fct_growth_factors.sql",
        "count(distinct coalesce(orders.person_id, orders.order_id))",
        "count(distinct orders.person_id)",
    ),
    "fct_driver_tree": (
        "models/marts/sales/fct_driver_tree.sql",
        "case when size_rank = 1 then cents_left else 0 end",
        "0",
    ),
    "fct_growth_drivers": (
        "models/marts/sales/fct_growth_drivers.sql",
        "min(snapshot_day_count",
        "max(snapshot_day_count",
    ),
    "fct_terminal_conversion": (
        "models/marts/sales/fct_terminal_conversion.sql",
        "bool_or(sessions.is_paying)",
        "bool_and(sessions.is_paying)",
    ),
    "int_questions_answered_by_growth": (
        "models/intermediate/review/int_questions_answered_by_growth.sql",
        "yearly.growth_rate - previous.growth_rate as slowdown_rate",
        "previous.growth_rate - yearly.growth_rate as slowdown_rate",
    ),
    "int_questions_answered_by_drivers": (
        "models/intermediate/review/int_questions_answered_by_drivers.sql",
        "driver = 'new' and base_amount = 0",
        "driver = 'new'",
    ),
    "int_questions_answered_by_conversion": (
        "models/intermediate/review/int_questions_answered_by_conversion.sql",
        "and present.visitor_kind = desktop.visitor_kind",
        "and true",
    ),
    "int_target_actuals_daily": (
        "models/intermediate/targets/int_target_actuals_daily.sql",
        "-refund_amount as reached",
        "refund_amount as reached",
    ),
    "int_targets_versioned": (
        "models/intermediate/targets/int_targets_versioned.sql",
        "when compared.same_day_count > 1",
        "when compared.same_day_count > 2",
    ),
    "int_target_months": (
        "models/intermediate/targets/int_target_months.sql",
        "then dated.base_value end",
        "then dated.actual_value end",
    ),
    "int_target_landings": (
        "models/intermediate/targets/int_target_landings.sql",
        "when month_count < 3",
        "when month_count < 2",
    ),
    "fct_target_attainment": (
        "models/marts/sales/fct_target_attainment.sql",
        "reached.counted_until_date > versions.set_date",
        "reached.counted_until_date >= versions.set_date",
    ),
    "int_promotion_days": (
        "models/intermediate/promotions/int_promotion_days.sql",
        "size_rank asc, start_date desc",
        "start_date desc, size_rank asc",
    ),
    "int_promotion_effects": (
        "models/intermediate/promotions/int_promotion_effects.sql",
        "    where is_clean\n",
        "    where true\n",
    ),
    "int_promotion_participants": (
        "models/intermediate/promotions/int_promotion_participants.sql",
        "where not sessions.is_bot",
        "where true",
    ),
    "fct_promotions": (
        "models/marts/sales/fct_promotions.sql",
        "    where missing_reason is null\n",
        "    where true\n",
    ),
    "fct_payment_attempts_daily": (
        "models/marts/sales/fct_payment_attempts_daily.sql",
        "count(distinct order_id)",
        "count(order_id)",
    ),
    "int_annual_targets_attained": (
        "models/intermediate/review/int_annual_targets_attained.sql",
        "where target_start_date = latest_start_date",
        "where true",
    ),
    "int_categories_ranked_by_ticket": (
        "models/intermediate/review/int_categories_ranked_by_ticket.sql",
        "percentile_cont(0.75)",
        "percentile_cont(0.25)",
    ),
    "int_target_shares_compared": (
        "models/intermediate/review/int_target_shares_compared.sql",
        "company.reached_value - sum(summed.reached_value)",
        "company.reached_value",
    ),
    "int_questions_answered_by_targets": (
        "models/intermediate/review/int_questions_answered_by_targets.sql",
        "coalesce(own_targets.target_value, company.period_plan_value)",
        "company.period_plan_value",
    ),
    "int_questions_answered_by_categories": (
        "models/intermediate/review/int_questions_answered_by_categories.sql",
        "ranked.category_count < 4",
        "ranked.category_count < 3",
    ),
    "int_questions_answered_by_promotions": (
        "models/intermediate/review/int_questions_answered_by_promotions.sql",
        "bool_and(promotions.is_over)",
        "bool_or(promotions.is_over)",
    ),
    "int_questions_answered_by_payments": (
        "models/intermediate/review/int_questions_answered_by_payments.sql",
        "where status = 'failed'",
        "where status != 'succeeded'",
    ),
    "fct_answers": (
        "models/marts/review/fct_answers.sql",
        "and answered.scope = year_ago.scope",
        "and answered.scope <= year_ago.scope",
    ),
    "int_exposures_assigned": (
        "models/intermediate/experiments/int_exposures_assigned.sql",
        "order by is_out_of_time, exposed_at, exposure_id",
        "order by exposed_at, exposure_id",
    ),
    "int_experiment_actions": (
        "models/intermediate/experiments/int_experiment_actions.sql",
        "and lines.paid_at >= behaved.acted_at",
        "and lines.paid_at > behaved.acted_at",
    ),
    "int_experiment_behaviour": (
        "models/intermediate/experiments/int_experiment_behaviour.sql",
        "            and behaviour.acted_at >= exposed.first_at",
        "",
    ),
    "int_experiment_metrics_applied": (
        "models/intermediate/experiments/int_experiment_metrics_applied.sql",
        "then known.settled_until_date",
        "then known.first_unknown_date",
    ),
    "int_experiment_outcomes": (
        "models/intermediate/experiments/int_experiment_outcomes.sql",
        "actions.acted_at >= persons.exposed_at as is_counted",
        "actions.acted_at > persons.exposed_at as is_counted",
    ),
    "int_experiment_sums": (
        "models/intermediate/experiments/int_experiment_sums.sql",
        "sum(outcome * denominator)",
        "sum(outcome * baseline)",
    ),
    "fct_experiment_results": (
        "models/marts/channels/fct_experiment_results.sql",
        "and not judged.has_sample_ratio_mismatch",
        "and true",
    ),
    "int_questions_answered_by_experiments": (
        "models/intermediate/review/int_questions_answered_by_experiments.sql",
        "order by compared.last_business_date desc, compared.experiment_id desc",
        "order by compared.experiment_id desc, compared.last_business_date desc",
    ),
    "int_orders_attributed": (
        "models/intermediate/channels/int_orders_attributed.sql",
        "orders.placed_at > owned.touched_at",
        "orders.placed_at >= owned.touched_at",
    ),
    "fct_sessions": (
        "models/marts/channels/fct_sessions.sql",
        "when mediums.channel_id is not null then mediums.channel_id",
        "when mediums.channel_id is not null then 'other'",
    ),
    "int_orders_ruled": (
        "models/intermediate/review/int_orders_ruled.sql",
        "clocked.cancelled_date is distinct from clocked.counted_date",
        "true",
    ),
    "int_sales_measured_by_rule": (
        "models/intermediate/review/int_sales_measured_by_rule.sql",
        "coalesce(orders.business_date, refunds.order_date)",
        "refunds.order_date",
    ),
    "int_buyers_counted_by_rule": (
        "models/intermediate/review/int_buyers_counted_by_rule.sql",
        "purchases.previous_date >= periods.year_before_date",
        "true",
    ),
    "int_visits_counted_by_rule": (
        "models/intermediate/review/int_visits_counted_by_rule.sql",
        "where not is_bot",
        "where true",
    ),
    "int_metrics_measured_by_rule": (
        "models/intermediate/review/int_metrics_measured_by_rule.sql",
        "        buyer_count as denominator",
        "        order_count as denominator",
    ),
    "int_dialects_paired": (
        "models/intermediate/review/int_dialects_paired.sql",
        "axes_of_pair.step_number < steps.step_number",
        "axes_of_pair.step_number <= steps.step_number",
    ),
    "fct_bridges": (
        "models/marts/review/fct_bridges.sql",
        "when is_amount",
        "when false",
    ),
    "int_credited_sales_summed_to_periods": (
        "models/intermediate/review/int_credited_sales_summed_to_periods.sql",
        "and orders.attributed_channel_id != 'unknown'",
        "and true",
    ),
    "int_sessions_summed_to_periods": (
        "models/intermediate/review/int_sessions_summed_to_periods.sql",
        "sessions.engaged_seconds >= 10",
        "sessions.engaged_seconds > 10",
    ),
    "int_visitors_counted_to_periods": (
        "models/intermediate/review/int_visitors_counted_to_periods.sql",
        "count(distinct sessions.business_date)",
        "count(*)",
    ),
    "int_activity_counted_to_periods": (
        "models/intermediate/review/int_activity_counted_to_periods.sql",
        "dbt.dateadd('day', -28,",
        "dbt.dateadd('day', -29,",
    ),
    "int_checkouts_counted_to_periods": (
        "models/intermediate/review/int_checkouts_counted_to_periods.sql",
        "'checkouts.started_at') }} > orders.paid_at",
        "'checkouts.started_at') }} >= orders.paid_at",
    ),
    "int_questions_answered_by_credits": (
        "models/intermediate/review/int_questions_answered_by_credits.sql",
        "not sales.is_complete or year_ago.period is null",
        "not sales.is_complete",
    ),
    "int_questions_answered_by_traffic": (
        "models/intermediate/review/int_questions_answered_by_traffic.sql",
        "sum(session_count - engaged_session_count)",
        "sum(engaged_session_count)",
    ),
    "int_questions_answered_by_buyers": (
        "models/intermediate/review/int_questions_answered_by_buyers.sql",
        "and buyers.cancellation = 'paid_only'",
        "and true",
    ),
    "int_session_owners": (
        "models/intermediate/channels/int_session_owners.sql",
        "coalesce(accounts.person_id, browsers.person_id,",
        "coalesce(browsers.person_id, accounts.person_id,",
    ),
    "int_cart_events": (
        "models/intermediate/channels/int_cart_events.sql",
        "'add_to_cart', 'view_cart',",
        "'add_to_cart', 'detail_view',",
    ),
    "int_cart_additions": (
        "models/intermediate/channels/int_cart_additions.sql",
        "or previous_paid_at >= previous_added_at",
        "or previous_paid_at > occurred_at",
    ),
    "int_checkouts": (
        "models/intermediate/channels/int_checkouts.sql",
        "when sessionised.event_name in ('view_payment', 'submit_order', 'pay')",
        "when sessionised.event_name = 'view_payment'",
    ),
    "int_funnel_events": (
        "models/intermediate/channels/int_funnel_events.sql",
        "person_id is not null and not is_gift",
        "person_id is not null",
    ),
    "int_funnel_entries": (
        "models/intermediate/channels/int_funnel_entries.sql",
        "where occurred_at < {{",
        "where occurred_at <= {{",
    ),
    "int_cart_episodes": (
        "models/intermediate/channels/int_cart_episodes.sql",
        "and items.first_added_at <= payments.paid_at",
        "and true",
    ),
    "fct_cart_episodes": (
        "models/marts/channels/fct_cart_episodes.sql",
        "left join {{ ref('dim_products') }}",
        "inner join {{ ref('dim_products') }}",
    ),
    "fct_cart_shortfalls": (
        "models/marts/channels/fct_cart_shortfalls.sql",
        "reached.reached_at > ranked.occurred_at",
        "reached.reached_at is not null",
    ),
    "fct_checkout_friction": (
        "models/marts/channels/fct_checkout_friction.sql",
        "when freight_amount > 0 then",
        "when freight_amount >= 0 then",
    ),
    "fct_abandonment_reasons": (
        "models/marts/channels/fct_abandonment_reasons.sql",
        "where queue = 'pre_sale' and",
        "where",
    ),
    "fct_funnels_daily": (
        "models/marts/channels/fct_funnels_daily.sql",
        "when counted.last_step_number > steps.step_number then",
        "when counted.last_step_number >= steps.step_number then",
    ),
    "fct_funnel_segments": (
        "models/marts/channels/fct_funnel_segments.sql",
        "where is_mature",
        "where true",
    ),
    "fct_loss_nodes": (
        "models/marts/channels/fct_loss_nodes.sql",
        "p_value * comparison_count / p_place",
        "p_value * comparison_count",
    ),
    "fct_change_points": (
        "models/marts/channels/fct_change_points.sql",
        "explained_squares * (all_count - 2)",
        "explained_squares * all_count",
    ),
    "fct_service_conversations": (
        "models/marts/channels/fct_service_conversations.sql",
        "and owned.opened_at <= orders.paid_at",
        "and true",
    ),
    "fct_service_daily": (
        "models/marts/channels/fct_service_daily.sql",
        "is_service_hours and first_replied_by = 'human' and",
        "first_replied_by = 'human' and",
    ),
    "int_cart_episodes_counted_to_periods": (
        "models/intermediate/review/int_cart_episodes_counted_to_periods.sql",
        "then periods.changed_date > daily.business_date",
        "then periods.changed_date >= daily.business_date",
    ),
    "int_service_waits_measured_to_periods": (
        "models/intermediate/review/int_service_waits_measured_to_periods.sql",
        "(is_service_hours or first_replied_by = 'bot')",
        "is_service_hours",
    ),
    "int_inquiries_counted_to_periods": (
        "models/intermediate/review/int_inquiries_counted_to_periods.sql",
        "dated.person_id, dated.month_start_date\n),",
        "dated.month_start_date, dated.person_id, dated.business_date\n),",
    ),
    "int_questions_answered_by_carts": (
        "models/intermediate/review/int_questions_answered_by_carts.sql",
        "and shortfalls.is_near",
        "and true",
    ),
    "int_questions_answered_by_checkouts": (
        "models/intermediate/review/int_questions_answered_by_checkouts.sql",
        "('view_shipping', 'exit_at_freight')",
        "('view_shipping', 'exit_at_payment')",
    ),
    "int_questions_answered_by_service": (
        "models/intermediate/review/int_questions_answered_by_service.sql",
        "when replier = 'bot' then 'bot_'",
        "when replier = 'bot' then 'human_'",
    ),
    "int_questions_answered_by_losses": (
        "models/intermediate/review/int_questions_answered_by_losses.sql",
        "where is_significant",
        "where true",
    ),
    "stg_storefront__event_deliveries": (
        "models/staging/storefront/stg_storefront__event_deliveries.sql",
        "when row_state = 'quarantined' then 'unknown'",
        "when row_state = 'deleted' then 'unknown'",
    ),
    "fct_traffic_daily": (
        "models/marts/channels/fct_traffic_daily.sql",
        "count(*) filter (where not is_bot and is_bounce)",
        "count(*) filter (where is_bounce)",
    ),
    "fct_page_speed_daily": (
        "models/marts/channels/fct_page_speed_daily.sql",
        "    where lcp_ms is not null\n",
        "    where load_ms is not null\n",
    ),
    "fct_page_speed_outcomes": (
        "models/marts/channels/fct_page_speed_outcomes.sql",
        "min_by(load_ms, event_number)",
        "min(load_ms)",
    ),
    "fct_seasonality_daily": (
        "models/marts/channels/fct_seasonality_daily.sql",
        "where holiday_id is not null and promo_id is null",
        "where holiday_id is not null",
    ),
    "fct_landing_pages": (
        "models/marts/channels/fct_landing_pages.sql",
        "where is_new and is_mature and has_ordered",
        "where is_new and has_ordered",
    ),
    "fct_search_keywords": (
        "models/marts/channels/fct_search_keywords.sql",
        "            and not is_in_title\n",
        "            and true\n",
    ),
    "fct_search_products": (
        "models/marts/channels/fct_search_products.sql",
        "    where is_wanted\n",
        "    where true\n",
    ),
    "fct_tracking_quality_daily": (
        "models/marts/channels/fct_tracking_quality_daily.sql",
        "and taken.business_date >= tracked_since.first_date",
        "and true",
    ),
    "fct_event_delays_daily": (
        "models/marts/channels/fct_event_delays_daily.sql",
        "event_at <= received_at",
        "event_at is not null",
    ),
    "fct_content_engagement": (
        "models/marts/channels/fct_content_engagement.sql",
        "where scroll_share >= 0.5",
        "where scroll_share > 0.5",
    ),
    "int_page_loads": (
        "models/intermediate/channels/int_page_loads.sql",
        "where bots.session_id is null",
        "where true",
    ),
    "int_traffic_days": (
        "models/intermediate/channels/int_traffic_days.sql",
        "    where scope_type = 'shop'\n",
        "    where true\n",
    ),
    "int_traffic_trends": (
        "models/intermediate/channels/int_traffic_trends.sql",
        "    where week_ordinary_count = 7\n",
        "    where true\n",
    ),
    "int_landings_acted_on": (
        "models/intermediate/channels/int_landings_acted_on.sql",
        "coalesce(acted.saw_trust < acted.paid, true)",
        "true",
    ),
    "int_new_visitors": (
        "models/intermediate/channels/int_new_visitors.sql",
        "or orders.first_placed_at >= firsts.first_seen_at",
        "or true",
    ),
    "int_searches_converted": (
        "models/intermediate/channels/int_searches_converted.sql",
        "owned.searched_at <= orders.paid_at",
        "owned.searched_at <= current_timestamp",
    ),
    "int_content_views": (
        "models/intermediate/channels/int_content_views.sql",
        "placed.page_number + 1 as page_number",
        "placed.page_number",
    ),
    "int_recommendations_seen": (
        "models/intermediate/channels/int_recommendations_seen.sql",
        "and shown.shown_at > looked.looked_at",
        "and true",
    ),
    "fct_recommendations_daily": (
        "models/marts/members/fct_recommendations_daily.sql",
        "where is_mature and is_returned",
        "where is_returned",
    ),
    "fct_recommendation_models": (
        "models/marts/members/fct_recommendation_models.sql",
        "where seen_number = 1",
        "where true",
    ),
    "fct_recommendation_experiments": (
        "models/marts/members/fct_recommendation_experiments.sql",
        "and assigned.exposed_at <= seen.first_shown_at",
        "and true",
    ),
    "int_questions_answered_by_recommendations": (
        "models/intermediate/review/int_questions_answered_by_recommendations.sql",
        "bool_or(has_sample_ratio_mismatch)",
        "bool_and(has_sample_ratio_mismatch and false)",
    ),
    "int_active_days": (
        "models/intermediate/members/int_active_days.sql",
        "where not sessions.is_bot",
        "where true",
    ),
    "int_outreach_identified": (
        "models/intermediate/members/int_outreach_identified.sql",
        "owners.identifier_type = 'user_id' and ",
        "",
    ),
    "int_member_weeks": (
        "models/intermediate/members/int_member_weeks.sql",
        "coalesce(members.first_week_date <= weeks.week_start_date, true)",
        "members.first_week_date <= weeks.week_start_date",
    ),
    "int_members_followed": (
        "models/intermediate/members/int_members_followed.sql",
        "rows between 13 preceding and 1 preceding",
        "rows between 1 preceding and 1 preceding",
    ),
    "fct_outreach_activity": (
        "models/marts/members/fct_outreach_activity.sql",
        "where not is_contacted_before",
        "where true",
    ),
    "fct_tier_eligibility": (
        "models/marts/members/fct_tier_eligibility.sql",
        "spending.spent_amount >= tiers.spending_from as is_eligible",
        "spending.spent_amount > tiers.spending_from as is_eligible",
    ),
    "int_outreach_summed_to_periods": (
        "models/intermediate/review/int_outreach_summed_to_periods.sql",
        "' - 2 * change_days * (after_day_count - before_day_count)'",
        "''",
    ),
    "int_tier_jumps_measured": (
        "models/intermediate/review/int_tier_jumps_measured.sql",
        "(active_day_count - slope * distance_sum)",
        "(active_day_count)",
    ),
    "int_questions_answered_by_outreach": (
        "models/intermediate/review/int_questions_answered_by_outreach.sql",
        "summed.gained_days / nullif(summed.expected_days, 0)",
        "summed.gained_days / nullif(summed.person_count, 0)",
    ),
    "int_page_speed_measured_to_periods": (
        "models/intermediate/review/int_page_speed_measured_to_periods.sql",
        "0.75 * all_count as rank",
        "0.74 * all_count as rank",
    ),
    "int_page_speed_outcomes_adjusted": (
        "models/intermediate/review/int_page_speed_outcomes_adjusted.sql",
        "            and periods.end_date > outcomes.business_date",
        "            and periods.end_date >= outcomes.business_date",
    ),
    "int_seasonality_measured_to_periods": (
        "models/intermediate/review/int_seasonality_measured_to_periods.sql",
        "and promo_size != 'everyday'",
        "and true",
    ),
    "int_everyday_activities_measured": (
        "models/intermediate/review/int_everyday_activities_measured.sql",
        "where followed.promotion_day_count = 0",
        "where true",
    ),
    "int_event_delays_measured_to_periods": (
        "models/intermediate/review/int_event_delays_measured_to_periods.sql",
        "(99, 0.99)",
        "(99, 0.9)",
    ),
    "int_questions_answered_by_page_speed": (
        "models/intermediate/review/int_questions_answered_by_page_speed.sql",
        "(speeds.page_type = kinds.page_type and speeds.terminal != 'all')",
        "(speeds.page_type = kinds.page_type)",
    ),
    "int_questions_answered_by_seasonality": (
        "models/intermediate/review/int_questions_answered_by_seasonality.sql",
        "and everyday.days_since > 0",
        "and everyday.days_since > 3",
    ),
    "int_questions_answered_by_content": (
        "models/intermediate/review/int_questions_answered_by_content.sql",
        "where followed_view_count >=",
        "where view_count >=",
    ),
    "int_questions_answered_by_landings": (
        "models/intermediate/review/int_questions_answered_by_landings.sql",
        "sum(session_count - trust_session_count) as other_count",
        "sum(session_count) as other_count",
    ),
    "int_questions_answered_by_searches": (
        "models/intermediate/review/int_questions_answered_by_searches.sql",
        "and products.is_known_product",
        "and true",
    ),
    "int_questions_answered_by_tracking": (
        "models/intermediate/review/int_questions_answered_by_tracking.sql",
        "coalesce(sum(daily.complete_event_count), 0) as complete_count",
        "coalesce(sum(daily.event_count), 0) as complete_count",
    ),
}


@pytest.fixture(scope="module")
def mutated(
    built: Build, repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> Build:
    """All unit tests, run on a project in which every formula of `MUTANTS` is wrong."""
    project = tmp_path_factory.mktemp("mutated")
    for name in repository.files:
        if name.startswith(("dbt_project.yml", "models/", "macros/", "seeds/", "profiles/")):
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT_DIR / name, project / name)
    (project / "tests").mkdir()
    for file, old, new in MUTANTS.values():
        text = (project / file).read_text()
        (project / file).write_text(text.replace(old, new, 1))
    paths = Paths(tmp_path_factory.mktemp("mutated_data"))
    paths.build.mkdir()
    shutil.copyfile(built.paths.warehouse, paths.warehouse)
    return dbt(project, paths, "test", "--select", "test_type:unit", *ALL_SYSTEMS)


def of_type(results: Mapping[str, str], resource_type: str) -> dict[str, str]:
    return {key: results[key] for key in results if key.startswith(f"{resource_type}.")}


@pytest.mark.parametrize(
    ("resource_type", "collection", "status"),
    [
        ("unit_test", "unit_tests", "pass"),
        ("test", "nodes", "pass"),
        ("model", "nodes", "success"),
        ("seed", "nodes", "success"),
    ],
)
def test_everything_in_the_project_ran_and_succeeded(
    built: Build, resource_type: str, collection: str, status: str
) -> None:
    expected = of_type(built.manifest[collection], resource_type)
    ran = of_type(built.results, resource_type)
    assert expected
    assert Counter(ran.values()) == {status: len(expected)}, built.said


def test_marts_say_no_data_where_nothing_landed(built: Build, repository: Repository) -> None:
    with duckdb.connect(str(built.paths.warehouse), read_only=True) as connection:
        rows = {
            model["name"]: connection.table(f"{mart}.{model['name']}").count("*").fetchall()[0][0]
            for mart, models in repository.marts.items()
            for model in models
        }
    filled = {name for name, count in rows.items() if count}
    assert filled == {"dim_questions", "dim_regions", "dim_channels", "dim_dialects"}


def in_compiled_sql(connection: duckdb.DuckDBPyConnection, model: Mapping[str, Any]) -> list[str]:
    described = connection.execute(f"describe {model['compiled_code']}").fetchall()
    return [column for column, *_ in described]


def test_columns_stand_in_one_order(built: Build, repository: Repository) -> None:
    compiled = replace(repository, manifest=built.manifest)
    with duckdb.connect(str(built.paths.warehouse), read_only=True) as connection:
        faults = list(column_order(compiled, lambda model: in_compiled_sql(connection, model)))
        assert not faults
        members = built.manifest["nodes"]["model.emporium.dim_members"]
        members = {**members, "columns": dict(reversed(members["columns"].items()))}
        nodes = {**built.manifest["nodes"], "model.emporium.dim_members": members}
        swapped = replace(compiled, manifest={**built.manifest, "nodes": nodes})
        faults = list(column_order(swapped, lambda model: in_compiled_sql(connection, model)))
    assert [fault.name for fault in faults] == ["dim_members"]


@pytest.mark.parametrize("model", MUTANTS)
def test_unit_tests_notice_a_wrong_formula(mutated: Build, model: str) -> None:
    file, old, _ = MUTANTS[model]
    assert old in (PROJECT_DIR / file).read_text(), "the formula has changed: change its mutant"
    statuses = of_type(mutated.results, f"unit_test.emporium.{model}").values()
    assert "fail" in statuses, mutated.said
    assert "error" not in statuses, mutated.said


def test_every_unit_tested_model_has_a_mutant(built: Build) -> None:
    tested = {test["model"] for test in built.manifest["unit_tests"].values()}
    assert tested == set(MUTANTS)


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ("('w', '2026-01-01'), ('v', '2026-01-01')", "pass"),
        ("('w', '2026-01-01'), ('w', '2026-01-01')", "fail"),
        ("(null, '2026-01-01')", "fail"),
    ],
)
def test_a_view_holds_what_it_declares(
    built: Build, tmp_path: Path, rows: str, status: str
) -> None:
    paths = Paths(tmp_path)
    paths.build.mkdir()
    shutil.copyfile(built.paths.warehouse, paths.warehouse)
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(f"""
            create or replace view intermediate.int_inventory_daily as
            select
                warehouse_id, cast(day as date) as snapshot_date, 's' as sku_id, true as is_listed,
                'storefront' as source_system, 1 as on_hand, 1 as available, 0 as reserved,
                0 as in_transit
            from (values {rows}) as stock (warehouse_id, day)
        """)
    select = "holds_constraints_int_inventory_daily_"
    tested = dbt(PROJECT_DIR, paths, "test", "--select", select, *ALL_SYSTEMS)
    assert of_type(tested.results, "test").popitem()[1] == status, tested.said


@pytest.mark.parametrize(
    ("rows", "status"),
    [("('p'), ('q'), (null), (null)", "pass"), ("('p'), ('q'), ('p')", "fail")],
)
def test_a_double_is_found_by_its_hash(
    built: Build, tmp_path: Path, rows: str, status: str
) -> None:
    paths = Paths(tmp_path)
    paths.build.mkdir()
    shutil.copyfile(built.paths.warehouse, paths.warehouse)
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute("drop table intermediate.int_promotion_effects")
        connection.execute(f"""
            create table intermediate.int_promotion_effects as
            select promo_id from (values {rows}) as promotions (promo_id)
        """)
    select = "unique_int_promotion_effects_promo_id"
    tested = dbt(PROJECT_DIR, paths, "test", "--select", select, *ALL_SYSTEMS)
    assert of_type(tested.results, "test").popitem()[1] == status, tested.said
