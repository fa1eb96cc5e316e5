"""The gate of members."""

from expectations.suite import Baseline, Suite, identity, on

# People rarely ask to be deleted; losing more means that a source is missing.
MEMBERS_AT_LEAST = 0.98
# Registrations at most double the base between two refreshes.
MEMBERS_AT_MOST = 2.0
# Late impressions move a few days and slots; a file that is missing or landed twice moves many.
RECOMMENDATIONS_AT_LEAST = 0.98
RECOMMENDATIONS_AT_MOST = 1.5


def suite(baseline: Baseline) -> Suite:
    """Volume, agreement with sales to the cent, and counts and sums that can be together."""
    members = baseline.published_rows.get("members.dim_members", 0)
    recommended = baseline.published_rows.get("members.fct_recommendations_daily", 0)
    return [
        on(
            "members.dim_members",
            # Not volume(), which wants a row: a shop may sell to guests alone.
            identity(
                "members_keep_their_volume",
                "There are about as many members as in the published version, or more.",
                f"""
                select member_rows
                from (select count(*) as member_rows from members.dim_members) as counted
                where
                    member_rows < {members} * {MEMBERS_AT_LEAST}
                    or ({members} > 0 and member_rows > {members} * {MEMBERS_AT_MOST})
                """,
            ),
            identity(
                "members_spend_what_sales_say",
                "Members' paid orders and amounts are those of the orders that are not anonymous.",
                """
                select members.orders, sales.orders as orders_of_sales,
                    members.paid, sales.paid as paid_of_sales
                from (
                    select
                        coalesce(sum(paid_order_count), 0) as orders,
                        coalesce(sum(gmv_paid_amount), 0) as paid,
                        coalesce(sum(net_sales_by_order_date_amount), 0) as net
                    from members.dim_members
                ) as members
                cross join (
                    select
                        count(*) as orders,
                        coalesce(sum(gmv_paid_amount), 0) as paid,
                        coalesce(sum(net_sales_by_order_date_amount), 0) as net
                    from sales.fct_orders
                    where is_paid and not is_anonymous
                ) as sales
                where
                    members.orders is distinct from sales.orders
                    or members.paid is distinct from sales.paid
                    or members.net is distinct from sales.net
                """,
            ),
            identity(
                "first_orders_come_first",
                "No member's first order comes after the last one.",
                """
                select person_id, first_order_date, last_order_date
                from members.dim_members
                where first_order_date > last_order_date
                    or (paid_order_count = 0) is distinct from (first_order_date is null)
                """,
            ),
        ),
        on(
            "members.fct_recommendations_daily",
            # Not volume(), which wants a row: a shop may recommend nothing.
            identity(
                "recommendations_keep_their_volume",
                "There are about as many recommendations as in the published version, or more.",
                f"""
                select recommendation_rows
                from (
                    select count(*) as recommendation_rows from members.fct_recommendations_daily
                ) as counted
                where
                    recommendation_rows < {recommended} * {RECOMMENDATIONS_AT_LEAST}
                    or ({recommended} > 0
                        and recommendation_rows > {recommended} * {RECOMMENDATIONS_AT_MOST})
                """,
            ),
            identity(
                "clicks_and_returns_are_parts",
                "Clicks are of impressions, who came back is of those whose time is over, and "
                "these are of all persons, who saw one recommendation or more.",
                """
                select business_date, slot, model, is_cross_category
                from members.fct_recommendations_daily
                where
                    click_count > impression_count
                    or returned_person_count > mature_person_count
                    or mature_person_count > person_count
                    or person_count > impression_count
                    or person_count < 1
                """,
            ),
        ),
        on(
            "members.fct_outreach_results",
            identity(
                "results_of_contacts_are_parts",
                "Who was reached, answered or bought was assigned; coupons that were redeemed had "
                "been handed out; nothing was sent to the hold-out.",
                """
                select assigned_date, outreach_campaign_id, arm
                from members.fct_outreach_results
                where
                    delivered_count > assigned_count
                    or answered_count > delivered_count
                    or buyer_count > assigned_count
                    or order_count < buyer_count
                    or expired_coupon_count > issued_coupon_count
                    or redeemed_coupon_count > expired_coupon_count
                    or (arm = 'none' and delivered_count + issued_coupon_count > 0)
                """,
            ),
        ),
        on(
            "members.fct_outreach_activity",
            identity(
                "squares_of_days_fit_their_sums",
                "Active days, their squares and their products can be those of so many members "
                "(Cauchy and Schwarz).",
                """
                select purpose, is_randomised, week_start_date
                from members.fct_outreach_activity
                where
                    contacted_count < 1
                    or contacted_count * squared_before_day_count
                    < before_day_count * before_day_count
                    or contacted_count * squared_after_day_count
                    < after_day_count * after_day_count
                    or squared_before_day_count * squared_after_day_count
                    < before_by_after_day_count * before_by_after_day_count
                    or compared_count * squared_compared_change_day_count
                    < compared_change_day_count * compared_change_day_count
                """,
            ),
        ),
        on(
            "members.fct_tier_eligibility",
            identity(
                "members_stand_on_their_side_of_a_tier",
                "Who is eligible spent what the tier asks for or more, others less; holders are "
                "members.",
                """
                select period, tier, is_eligible
                from members.fct_tier_eligibility
                where
                    holder_count > person_count
                    or (is_eligible and distance_sum < 0)
                    or (not is_eligible and distance_sum >= 0)
                """,
            ),
        ),
        on(
            "members.fct_recommendation_models",
            identity(
                "returns_of_a_period_are_parts",
                "Who came back is of those whose time is over, and these are of all persons.",
                """
                select period, slot, model
                from members.fct_recommendation_models
                where
                    returned_person_count > mature_person_count
                    or mature_person_count > person_count
                    or person_count < 1
                """,
            ),
        ),
        on(
            "members.fct_recommendation_experiments",
            identity(
                "returns_of_an_arm_are_parts",
                "Who came back is of those whose time is over, and an arm shows another model "
                "than its control.",
                """
                select experiment_id, slot, arm
                from members.fct_recommendation_experiments
                where
                    returned_person_count > mature_person_count
                    or control_returned_person_count > control_mature_person_count
                    or model = control_model
                """,
            ),
        ),
    ]
