"""The gate of sales."""

from datetime import timedelta

from expectations.measures import History, Measure, in_step, kept, present, ratio, share, typical
from expectations.sales_growth import growth
from expectations.suite import Baseline, Suite, expect, identity, on, volume

# Sales only grow: late corrections may take a little away, more means that a file is missing.
ORDERS_AT_LEAST = 0.98
# A refresh brings days, not a multiple of all history; more means that a file landed twice.
ORDERS_AT_MOST = 1.5
# Shops close for holidays: online_retail pauses eleven days over Christmas.
FRESH_WITHIN_DAYS = 14
# Every source knows where nearly all its orders go; more means that a mapping broke.
UNKNOWN_REGION_AT_MOST = 0.05
# Cancellations of sales before the first day match nothing; a third means that matching broke.
UNMATCHED_REFUNDS_AT_MOST = 0.33
# Refunds beyond half of what was paid are no trade but a broken sign.
REFUNDED_AT_MOST = 0.5
# Ratios of doubles are not exact to the last bit.
ROUNDING = 1e-9
# Planned values are kept to four digits, targets may be small.
ROUNDING_OF_PLANS = 1e-3
# Each paid order without a payment is named by the rule paid_as_priced. Many in a week, more than a
# clerk forgets, mean that payments landed in part, or orders twice.
UNEXPLAINED_PAYMENTS_AT_MOST = 0.02
UNEXPLAINED_ORDERS_AT_MOST = 15
# Credit notes and vouchers pay a few orders in part; a tenth of a week's money means that orders
# and payments do not speak of the same amounts.
UNPAID_AMOUNT_AT_MOST = 0.1
# One odd order or two in a week are no fault of a delivery.
ODD_ORDERS_AT_MOST = 2
# Amounts are converted line by line, each to the cent.
ROUNDING_OF_LINES = 0.02
# A price five times what the same product cost is no price.
PRICE_JUMP = 5
# Who reaches three times a target had a target of something else.
ATTAINMENT_AT_MOST = 3

PLACED = Measure(
    "placed_sales",
    "sales.fct_orders",
    "business_date",
    "gmv_placed_amount",
    "order_id",
)
PAID = Measure("paid_sales", "sales.fct_orders", "paid_date", "gmv_paid_amount", "order_id")
REFUNDS = Measure(
    "refunds", "sales.fct_refund_lines", "refund_date", "refund_amount", "refund_line_id"
)
ORDER_VALUES = typical(
    "order_values",
    "The typical value of an order",
    table="sales.fct_orders",
    day="business_date",
    value="gmv_placed_amount",
)
UNPAID = share(
    "unpaid_orders",
    "The share of orders that are not paid",
    table="sales.fct_orders",
    day="business_date",
    rows="""
        select business_date, case when is_paid then 0 else 1 end as is_odd
        from sales.fct_orders
    """,
)
# Refunds of a day are of sales of the weeks before it, which a holiday does not make fewer.
REFUNDED_LINES = ratio(
    "refunded_lines",
    "The number of lines refunded in a day for one paid in the four weeks up to it",
    table="sales.fct_refund_lines",
    day="refund_date",
    part="refund_count",
    whole="paid_count",
    rows="""
        select business_date, refund_count, paid_count
        from (
            select
                business_date,
                refund_count,
                sum(paid_count) over (
                    order by business_date rows between 27 preceding and current row
                ) as paid_count,
                lag(business_date, 27) over (order by business_date) as first_date
            from (
                select
                    business_date, sum(is_refund) as refund_count, sum(1 - is_refund) as paid_count
                from (
                    select paid_date as business_date, 0 as is_refund
                    from sales.fct_order_lines
                    where is_paid
                    union all
                    select refund_date as business_date, 1 as is_refund
                    from sales.fct_refund_lines
                ) as lines
                group by business_date
            ) as days
        ) as summed
        where first_date is not null
    """,
)
# What orders cost and what succeeded attempts paid for them, in the reporting currency.
PAID_ORDERS = """
    select
        orders.source_system,
        orders.paid_date as business_date,
        orders.line_count,
        orders.gmv_paid_amount + orders.shipping_amount + orders.tax_amount as due,
        payments.paid
    from sales.fct_orders as orders
    inner join (
        select
            attempts.order_id,
            sum(attempts.amount * case
                when attempts.currency_code = rated.currency_code then rated.exchange_rate
                else coalesce(attempts.fx_rate, 1)
            end) as paid
        from intermediate.int_payments as attempts
        inner join sales.fct_orders as rated on attempts.order_id = rated.order_id
        where attempts.status = 'succeeded'
        group by attempts.order_id
    ) as payments on orders.order_id = payments.order_id
    where orders.is_paid
"""
PART_PAYMENTS = share(
    "part_payments",
    "The share of orders paid with another amount than was due",
    table="sales.fct_orders",
    day="paid_date",
    rows=f"""
        select
            business_date,
            case when abs(paid - due) > (line_count + 1) * {ROUNDING_OF_LINES} then 1 else 0 end
                as is_odd
        from ({PAID_ORDERS}) as compared
    """,
)


def _prices(baseline: Baseline) -> History:
    """Prices against what the same product cost in the published version, or all in all."""
    lines = "sales.fct_order_lines"
    read = {"sku_id", "quantity", "gmv_placed_amount"}
    is_published = read <= baseline.published_columns.get(lines, frozenset())
    price = "cast(gmv_placed_amount as double) / quantity"
    return share(
        "prices",
        f"The share of lines at {PRICE_JUMP} times the product's usual price, or a part of it,",
        table=lines,
        day="business_date",
        rows=f"""
            select
                lines.business_date,
                case
                    when {price} > usual.price * {PRICE_JUMP}
                        or {price} * {PRICE_JUMP} < usual.price then 1
                    else 0
                end as is_odd
            from {lines} as lines
            inner join (
                select sku_id, median({price}) as price
                from {"published." if is_published else ""}{lines}
                where quantity > 0 and gmv_placed_amount > 0
                group by sku_id
            ) as usual on lines.sku_id = usual.sku_id
            where quantity > 0 and gmv_placed_amount > 0
        """,
    )


def suite(baseline: Baseline) -> Suite:
    """Volume, freshness, shares and the accounting identities of sales."""
    return [
        on(
            "sales.fct_orders",
            volume(
                "orders_keep_their_volume",
                "There are about as many orders as in the published version, or more.",
                table="sales.fct_orders",
                baseline=baseline,
                at_least=ORDERS_AT_LEAST,
                at_most=ORDERS_AT_MOST,
            ),
            expect(
                "orders_are_fresh",
                f"The last order was placed in the {FRESH_WITHIN_DAYS} days before as_of, none "
                "on it or after.",
                "ExpectColumnMaxToBeBetween",
                column="business_date",
                min_value=baseline.as_of - timedelta(days=FRESH_WITHIN_DAYS),
                max_value=baseline.as_of - timedelta(days=1),
            ),
            *kept([PLACED, PAID], baseline),
            present(PLACED, baseline, by="channel_id"),
            *in_step([ORDER_VALUES, UNPAID], baseline),
            expect(
                "orders_have_a_rate",
                "Every order has an exchange rate into the reporting currency.",
                "ExpectColumnValuesToNotBeNull",
                column="exchange_rate",
            ),
            identity(
                "regions_are_known",
                f"At most {UNKNOWN_REGION_AT_MOST:.0%} of orders go to an unknown region.",
                f"""
                select unknown, orders
                from (
                    select count(*) filter (where region_id = 'ZZ') as unknown, count(*) as orders
                    from sales.fct_orders
                ) as counted
                where unknown > orders * {UNKNOWN_REGION_AT_MOST}
                """,
            ),
            identity(
                "orders_climb_down_the_ladder",
                "On every order paid is what was placed, or nothing while unpaid, and paid less "
                "refunds is net sales.",
                """
                select order_id, gmv_placed_amount, gmv_paid_amount,
                    refunds_by_order_date_amount, net_sales_by_order_date_amount
                from sales.fct_orders
                where not coalesce(
                    gmv_paid_amount = case when is_paid then gmv_placed_amount else 0 end
                    and refunds_by_order_date_amount >= 0
                    and gmv_paid_amount - refunds_by_order_date_amount
                        = net_sales_by_order_date_amount,
                    false
                )
                """,
            ),
            identity(
                "lines_add_up_to_orders",
                "The lines of every order add up to it, to the cent.",
                """
                select order_id, orders.gmv_placed_amount, lines.gmv_placed_amount as of_lines
                from sales.fct_orders as orders
                full join (
                    select
                        order_id,
                        count(*) as line_count,
                        sum(gmv_placed_amount) as gmv_placed_amount,
                        sum(gmv_paid_amount) as gmv_paid_amount,
                        sum(refunds_by_order_date_amount) as refunds_by_order_date_amount,
                        sum(allocated_shipping_amount) as shipping_amount,
                        sum(allocated_tax_amount) as tax_amount
                    from sales.fct_order_lines
                    group by order_id
                ) as lines using (order_id)
                where
                    orders.line_count is distinct from lines.line_count
                    or orders.gmv_placed_amount is distinct from lines.gmv_placed_amount
                    or orders.gmv_paid_amount is distinct from lines.gmv_paid_amount
                    or orders.refunds_by_order_date_amount
                        is distinct from lines.refunds_by_order_date_amount
                    or orders.shipping_amount is distinct from lines.shipping_amount
                    or orders.tax_amount is distinct from lines.tax_amount
                """,
            ),
            identity(
                "orders_are_the_conformed_ones",
                "Orders are exactly the conformed ones that no rule leaves out, and worth what "
                "their lines are worth in their own currency.",
                """
                select order_id, orders.transaction_gmv_placed_amount, conformed.merchandise
                from sales.fct_orders as orders
                full join (
                    select
                        order_id,
                        lines.merchandise - order_discount as merchandise
                    from intermediate.int_orders
                    inner join (
                        select
                            order_id,
                            sum(cast(unit_price * quantity as decimal(18, 2)) - line_discount)
                                as merchandise
                        from intermediate.int_order_lines_completed
                        group by order_id
                    ) as lines using (order_id)
                    where
                        not is_test
                        and order_id not in (
                            select row_key
                            from intermediate.int_rows_named
                            where source_table = 'orders' and is_left_out
                        )
                ) as conformed using (order_id)
                where orders.transaction_gmv_placed_amount is distinct from conformed.merchandise
                """,
            ),
            identity(
                "shipping_is_the_conformed_one",
                "Shipping and tax spread over lines add up to what the conformed orders charge.",
                """
                select order_id, orders.shipping_amount, conformed.shipping_fee
                from sales.fct_orders as orders
                inner join intermediate.int_orders as conformed using (order_id)
                where
                    orders.exchange_rate = 1
                    and (
                        orders.shipping_amount is distinct from conformed.shipping_fee
                        or orders.tax_amount is distinct from conformed.tax
                    )
                """,
            ),
        ),
        on(
            "sales.fct_rows_set_aside",
            identity(
                "little_is_set_aside",
                "What rules set aside, leave unknown or keep waiting, and nobody has accepted, "
                "weighs no more than vars: set_aside_share allows; a row in quarantine explains "
                "one that waits.",
                """
                select rule_id, row_key, detail, named.worth_amount as worth,
                    weighed.worth_amount as worth_of_all, worth_at_most,
                    unvalued_count, unvalued_at_most
                from intermediate.int_rows_set_aside_weighed as weighed
                inner join sales.fct_rows_set_aside as named
                    on
                        named.is_counted
                        and (
                            named.business_date is null
                            or named.business_date >= weighed.since_date
                        )
                where
                    weighed.worth_amount > weighed.worth_at_most
                    or weighed.unvalued_count > weighed.unvalued_at_most + (
                        select coalesce(sum(rows_quarantined), 0)
                        from meta.row_ledger
                        where source_table in ('orders', 'order_lines')
                    )
                order by abs(coalesce(named.worth_amount, 0)) desc, row_key
                """,
            ),
        ),
        on(
            "sales.fct_order_lines",
            # What orders say of products and buyers stands in for tables that never came, not for
            # tables that cannot be read.
            identity(
                "what_lands_is_read",
                "Where products or accounts have landed, quarantine has not taken all of them.",
                """
                select source_system, source_table, rows_landed, rows_quarantined
                from meta.row_ledger
                where
                    source_table in ('skus', 'users')
                    and rows_quarantined > 0
                    and rows_valid = 0
                """,
            ),
            volume(
                "lines_keep_their_volume",
                "There are about as many order lines as in the published version, or more.",
                table="sales.fct_order_lines",
                baseline=baseline,
                at_least=ORDERS_AT_LEAST,
                at_most=ORDERS_AT_MOST,
            ),
            *in_step([_prices(baseline)], baseline),
        ),
        on(
            "sales.fct_refund_lines",
            *kept([REFUNDS], baseline),
            *in_step([REFUNDED_LINES], baseline),
            identity(
                "refunds_are_the_conformed_ones",
                "Refunds are exactly the conformed ones of orders that count, with lines or "
                "without, and worth what these are worth in their own currency.",
                """
                select refund_line_id, refunds.transaction_refund_amount, conformed.refund
                from sales.fct_refund_lines as refunds
                full join (
                    select refund_line_id, refund
                    from (
                        select refund_line_id, refund_id, order_id, refund
                        from intermediate.int_refund_lines
                        union all
                        select refund_line_id, refund_id, order_id, refund
                        from intermediate.int_refund_lines_assumed
                    ) as lines
                    where
                        (order_id is null or order_id in (select order_id from sales.fct_orders))
                        and refund_id not in (
                            select row_key
                            from intermediate.int_rows_named
                            where source_table = 'refunds' and is_left_out
                        )
                        and refund_line_id not in (
                            select row_key
                            from intermediate.int_rows_named
                            where source_table = 'refund_lines' and is_left_out
                        )
                ) as conformed using (refund_line_id)
                where refunds.transaction_refund_amount is distinct from conformed.refund
                """,
            ),
            identity(
                "refunds_find_their_orders",
                f"At most {UNMATCHED_REFUNDS_AT_MOST:.0%} of the refunded money belongs to no "
                "known order.",
                f"""
                select unmatched, refunded
                from (
                    select
                        coalesce(sum(refund_amount) filter (where not is_matched), 0) as unmatched,
                        coalesce(sum(refund_amount), 0) as refunded
                    from sales.fct_refund_lines
                ) as summed
                where unmatched > refunded * {UNMATCHED_REFUNDS_AT_MOST}
                """,
            ),
        ),
        on(
            "sales.fct_sales_daily",
            identity(
                "both_refund_clocks_agree",
                "Refunds by order date and by refund date agree in total, with each other and with "
                "the refund lines.",
                """
                select daily.by_order_date, daily.by_refund_date, lines.refunded
                from (
                    select
                        coalesce(sum(refunds_by_order_date_amount), 0) as by_order_date,
                        coalesce(sum(refunds_by_refund_date_amount), 0) as by_refund_date
                    from sales.fct_sales_daily
                ) as daily
                cross join (
                    select coalesce(sum(refund_amount), 0) as refunded
                    from sales.fct_refund_lines
                ) as lines
                where
                    by_order_date is distinct from refunded
                    or by_refund_date is distinct from refunded
                """,
            ),
            identity(
                "days_add_up_to_lines",
                "Days add up to the order lines on the placed and on the paid clock.",
                """
                select daily.placed, lines.placed as placed_of_lines,
                    daily.paid, lines.paid as paid_of_lines
                from (
                    select
                        coalesce(sum(gmv_placed_amount), 0) as placed,
                        coalesce(sum(gmv_paid_amount), 0) as paid,
                        coalesce(sum(paid_line_count), 0) as paid_lines
                    from sales.fct_sales_daily
                ) as daily
                cross join (
                    select
                        coalesce(sum(gmv_placed_amount), 0) as placed,
                        coalesce(sum(gmv_paid_amount), 0) as paid,
                        count(*) filter (where is_paid) as paid_lines
                    from sales.fct_order_lines
                ) as lines
                where
                    daily.placed is distinct from lines.placed
                    or daily.paid is distinct from lines.paid
                    or daily.paid_lines is distinct from lines.paid_lines
                """,
            ),
            identity(
                "days_climb_down_the_ladder",
                "On every row paid - refunds = net sales, on both clocks.",
                """
                select *
                from sales.fct_sales_daily
                where
                    net_sales_by_order_date_amount
                        is distinct from gmv_paid_amount - refunds_by_order_date_amount
                    or net_sales_by_refund_date_amount
                        is distinct from gmv_paid_amount - refunds_by_refund_date_amount
                """,
            ),
            identity(
                "refunds_stay_below_sales",
                f"At most {REFUNDED_AT_MOST:.0%} of what was paid was given back.",
                f"""
                select paid, refunded
                from (
                    select
                        coalesce(sum(gmv_paid_amount), 0) as paid,
                        coalesce(sum(refunds_by_refund_date_amount), 0) as refunded
                    from sales.fct_sales_daily
                ) as summed
                where refunded > paid * {REFUNDED_AT_MOST}
                """,
            ),
        ),
        on(
            "sales.fct_order_charges",
            identity(
                "charges_are_the_conformed_ones",
                "Charges are exactly the conformed ones that no rule leaves out.",
                """
                select charge_id, charges.charge_amount
                from sales.fct_order_charges as charges
                full join (
                    select charge_id
                    from intermediate.int_order_charges
                    where charge_id not in (
                        select row_key
                        from intermediate.int_rows_named
                        where source_table = 'order_charges' and is_left_out
                    )
                ) as conformed using (charge_id)
                where charges.charge_id is null or conformed.charge_id is null
                """,
            ),
            # No expectation of GX's own: it cannot say what share of no rows at all is null, and a
            # source may have no charges.
            identity(
                "charges_have_an_amount",
                "Every charge has an amount in the reporting currency.",
                """
                select charge_id
                from sales.fct_order_charges
                where charge_amount is null
                """,
            ),
        ),
        *growth(),
        on(
            "sales.fct_target_attainment",
            identity(
                "targets_count_the_sales_of_the_mart",
                "What sales targets have reached is what the days of sales add up to, by company, "
                "category, region and channel.",
                """
                with days as (
                    select *
                    from sales.fct_sales_daily
                    unpivot (
                        amount for metric_id in (
                            gmv_placed_amount, gmv_paid_amount, net_sales_by_order_date_amount,
                            net_sales_by_refund_date_amount
                        )
                    )
                ),

                scoped as (
                    select
                        business_date,
                        replace(metric_id, '_amount', '') as metric_id,
                        scope_type,
                        case scope_type
                            when 'category' then category_id
                            when 'region' then region_id
                            when 'channel' then channel_id
                            else 'all'
                        end as scope_id,
                        amount
                    from days
                    cross join (
                        values ('company'), ('category'), ('region'), ('channel')
                    ) as scopes (scope_type)
                ),

                counted as (
                    select targets.metric_id, targets.scope_type, targets.scope_id,
                        targets.target_start_date, targets.target_end_date, targets.period,
                        coalesce(sum(scoped.amount), 0) as amount
                    from sales.fct_target_attainment as targets
                    left join scoped
                        on
                            targets.metric_id = scoped.metric_id
                            and targets.scope_type = scoped.scope_type
                            and targets.scope_id = scoped.scope_id
                            and targets.target_start_date <= scoped.business_date
                            and targets.counted_until_date > scoped.business_date
                    group by all
                )

                select targets.metric_id, targets.scope_type, targets.scope_id, targets.period,
                    targets.reached_value, counted.amount
                from sales.fct_target_attainment as targets
                inner join counted
                    using (metric_id, scope_type, scope_id, target_start_date, target_end_date,
                        period)
                where
                    targets.metric_id in (select metric_id from scoped)
                    and targets.reached_value != counted.amount
                """,
            ),
            identity(
                "months_of_a_target_add_up",
                "Of one target, the months of a period that the data covers whole add up to it.",
                """
                select wholes.metric_id, wholes.scope_type, wholes.scope_id, wholes.period,
                    max(wholes.period_value) as period_value,
                    sum(parts.period_value) as of_months
                from sales.fct_target_attainment as wholes
                inner join core.dim_periods as periods on wholes.period = periods.period
                inner join core.dim_periods as months
                    on
                        months.period_kind = 'month'
                        and periods.start_date <= months.start_date
                        and periods.end_date >= months.end_date
                inner join sales.fct_target_attainment as parts
                    on
                        months.period = parts.period
                        and wholes.metric_id = parts.metric_id
                        and wholes.scope_type = parts.scope_type
                        and wholes.scope_id = parts.scope_id
                        and wholes.target_start_date = parts.target_start_date
                        and wholes.target_end_date = parts.target_end_date
                where wholes.is_complete and wholes.missing_reason is null
                group by all
                -- A month before the first version has no value to add.
                having
                    count(*) = count(parts.period_value)
                    and max(wholes.period_value) != sum(parts.period_value)
                """,
            ),
            identity(
                "targets_are_in_proportion",
                f"No measure has reached {ATTAINMENT_AT_MOST} times its targets of a period.",
                f"""
                select metric_id, scope_type, period, sum(reached_value) as reached,
                    sum(target_value) as targeted
                from sales.fct_target_attainment
                where missing_reason is null
                group by metric_id, scope_type, target_start_date, target_end_date, period
                having sum(reached_value) > {ATTAINMENT_AT_MOST} * sum(target_value)
                """,
            ),
            identity(
                "attainment_is_made_of_its_parts",
                "Rates and gaps are what reached, planned and target values make them, and a "
                "landing lies in its interval.",
                f"""
                select *
                from sales.fct_target_attainment
                where
                    abs(attainment_rate - reached_value / cast(target_value as double))
                        > {ROUNDING}
                    or abs(linear_gap_rate - (reached_value - linear_plan_value)
                        / cast(target_value as double)) > {ROUNDING_OF_PLANS}
                    or abs(phased_gap_rate - (reached_value - phased_plan_value)
                        / cast(target_value as double)) > {ROUNDING_OF_PLANS}
                    or not coalesce(
                        landing_value between landing_low_value and landing_high_value,
                        landing_value is null
                    )
                """,
            ),
        ),
        on(
            "sales.fct_promotions",
            identity(
                "promotions_sell_what_their_lines_do",
                "What is sold under a promotion is what the paid lines that carry it are worth.",
                """
                select promo_id, promotions.promoted_amount, lines.amount
                from sales.fct_promotions as promotions
                left join (
                    select promo_id, sum(gmv_paid_amount) as amount
                    from sales.fct_order_lines
                    where is_paid
                    group by promo_id
                ) as lines using (promo_id)
                where promotions.promoted_amount != coalesce(lines.amount, 0)
                """,
            ),
            identity(
                "promotions_sell_no_more_than_the_shop",
                "What a promotion's days sold in its scope is no more than what the shop sold on "
                "them, and just that if it covers the shop.",
                """
                select promotions.promo_id, promotions.window_amount,
                    coalesce(sum(days.gmv_paid_amount), 0) as amount
                from sales.fct_promotions as promotions
                left join sales.fct_sales_daily as days
                    on
                        promotions.start_date <= days.business_date
                        and promotions.end_date > days.business_date
                group by promotions.promo_id, promotions.window_amount, promotions.scope_type
                having
                    promotions.window_amount > coalesce(sum(days.gmv_paid_amount), 0)
                    or (
                        promotions.scope_type = 'shop'
                        and promotions.window_amount != coalesce(sum(days.gmv_paid_amount), 0)
                    )
                """,
            ),
            identity(
                "effects_are_made_of_their_parts",
                "Uplift is measured less baseline, the effect is uplift and after-effect, to the "
                "cent of rounding, and a promotion is measured on days of its own only.",
                """
                select *
                from sales.fct_promotions
                where
                    abs(uplift_amount - measured_amount + baseline_amount) > 0.01
                    or abs(effect_amount - uplift_amount - after_effect_amount) > 0.01
                    or uplift_amount not between uplift_low_amount and uplift_high_amount
                    or measured_amount > window_amount
                    or measured_day_count > day_count
                """,
            ),
            identity(
                "days_count_for_one_promotion",
                "Promotions of the whole shop count no day twice.",
                """
                select measured.days, covered.days as covered_days
                from (
                    select coalesce(sum(measured_day_count), 0) as days
                    from sales.fct_promotions
                    where scope_type = 'shop'
                ) as measured
                cross join (
                    select count(distinct business_date) as days
                    from core.dim_dates
                    inner join sales.fct_promotions
                        on
                            start_date <= business_date
                            and end_date > business_date
                            and scope_type = 'shop'
                ) as covered
                where measured.days > covered.days
                """,
            ),
        ),
        on(
            "sales.fct_payment_attempts_daily",
            identity(
                "attempts_are_the_conformed_ones",
                "Attempts to pay are exactly the conformed ones of known orders, by method and "
                "outcome.",
                """
                select method, status, daily.attempts, conformed.attempts as of_conformed
                from (
                    select method, status, sum(attempt_count) as attempts
                    from sales.fct_payment_attempts_daily
                    group by method, status
                ) as daily
                full join (
                    select method, status, count(*) as attempts
                    from intermediate.int_payments
                    where order_id in (select order_id from sales.fct_orders)
                    group by method, status
                ) as conformed using (method, status)
                where daily.attempts is distinct from conformed.attempts
                """,
            ),
            identity(
                "paid_orders_were_paid",
                f"In no week do more than {UNEXPLAINED_PAYMENTS_AT_MOST:.0%} of the paid orders of "
                f"a source that tells attempts, and {UNEXPLAINED_ORDERS_AT_MOST} more, lack one "
                "that succeeded.",
                f"""
                select orders.source_system, week_start_date, count(*) as orders,
                    count(payments.order_id) as paid
                from sales.fct_orders as orders
                inner join core.dim_dates as dates on orders.paid_date = dates.business_date
                left join (
                    select distinct order_id
                    from intermediate.int_payments
                    where status = 'succeeded'
                ) as payments on orders.order_id = payments.order_id
                where
                    orders.is_paid
                    and orders.source_system in (
                        select source_system from intermediate.int_payments
                    )
                group by orders.source_system, week_start_date
                having
                    count(*) - count(payments.order_id)
                        > {UNEXPLAINED_PAYMENTS_AT_MOST} * count(*) + {UNEXPLAINED_ORDERS_AT_MOST}
                order by week_start_date desc
                """,
            ),
            identity(
                "payments_pay_what_was_due",
                "In no week do payments that succeeded differ by more than "
                f"{UNPAID_AMOUNT_AT_MOST:.0%} from what their orders cost with shipping and tax.",
                f"""
                select source_system, week_start_date, sum(due) as due, sum(paid) as paid
                from ({PAID_ORDERS}) as compared
                inner join core.dim_dates as dates on compared.business_date = dates.business_date
                group by source_system, week_start_date
                having
                    sum(abs(paid - due)) > {UNPAID_AMOUNT_AT_MOST} * least(sum(paid), sum(due))
                    and count(
                        case when abs(paid - due) > {UNPAID_AMOUNT_AT_MOST} * due then 1 end
                    ) > {ODD_ORDERS_AT_MOST}
                order by week_start_date desc
                """,
            ),
            *in_step([PART_PAYMENTS], baseline),
        ),
    ]
