"""The part of the gate of sales that holds growth and its drivers together."""

from expectations.suite import Suite, identity, on

# Ratios of doubles are not exact to the last bit.
ROUNDING = 1e-9


def growth() -> Suite:
    """Members add up to totals, totals are those of the days, and effects add up to changes."""
    return [
        on(
            "sales.fct_sales_growth",
            identity(
                "members_add_up_to_the_total",
                "The members of every dimension add up to the total, to the cent, and so does what "
                "they contributed to its growth.",
                f"""
                select
                    members.period, members.comparison, members.measure, members.dimension,
                    members.value_amount, totals.value_amount as total_value_amount,
                    members.base_amount, totals.base_amount as total_base_amount
                from (
                    select
                        period,
                        comparison,
                        measure,
                        dimension,
                        sum(value_amount) as value_amount,
                        sum(base_amount) as base_amount,
                        sum(contribution_rate) as contribution_rate
                    from sales.fct_sales_growth
                    group by period, comparison, measure, dimension
                ) as members
                left join sales.fct_sales_growth as totals
                    on
                        members.period = totals.period
                        and members.comparison = totals.comparison
                        and members.measure = totals.measure
                        and totals.dimension = 'total'
                where
                    members.value_amount is distinct from totals.value_amount
                    or members.base_amount is distinct from totals.base_amount
                    or (members.contribution_rate is null)
                        is distinct from (totals.growth_rate is null)
                    or abs(members.contribution_rate - totals.growth_rate)
                        > {ROUNDING} * greatest(1, abs(totals.growth_rate))
                """,
            ),
            identity(
                "every_dimension_is_compared",
                "Every comparison that has sales has all seven dimensions.",
                """
                select period, comparison, measure, count(distinct dimension) as dimensions
                from sales.fct_sales_growth
                group by period, comparison, measure
                having count(distinct dimension) != 7
                """,
            ),
            identity(
                "growth_compares_the_sales_of_the_days",
                "Value and base of the total are what the days of sales add up to, to the cent.",
                """
                with days as (
                    select
                        days.period,
                        days.comparison,
                        days.is_base,
                        sum(gmv_paid_amount * day_count) as gmv_paid,
                        sum(net_sales_by_order_date_amount * day_count)
                            as net_sales_by_order_date,
                        sum(net_sales_by_refund_date_amount * day_count)
                            as net_sales_by_refund_date
                    from core.dim_comparison_days as days
                    inner join sales.fct_sales_daily using (business_date)
                    group by all
                ),

                expected as (
                    select
                        period,
                        comparison,
                        measure,
                        coalesce(sum(amount) filter (where not is_base), 0) as value_amount,
                        coalesce(sum(amount) filter (where is_base), 0) as base_amount
                    from days
                    unpivot (
                        amount for measure in (
                            gmv_paid, net_sales_by_order_date, net_sales_by_refund_date
                        )
                    )
                    group by period, comparison, measure
                )

                select period, comparison, measure, expected.*, totals.value_amount as found
                from expected
                full join (
                    select * from sales.fct_sales_growth where dimension = 'total'
                ) as totals using (period, comparison, measure)
                where
                    expected.value_amount is distinct from totals.value_amount
                    or expected.base_amount is distinct from totals.base_amount
                """,
            ),
        ),
        on(
            "sales.fct_sku_comparisons",
            identity(
                "skus_add_up_to_what_was_paid",
                "SKUs add up to the paid value of the period and of its base, to the cent.",
                """
                select period, comparison, totals.value_amount, skus.value_amount as of_skus
                from (
                    select period, comparison, value_amount, base_amount
                    from sales.fct_sales_growth
                    where
                        dimension = 'total'
                        and measure = 'gmv_paid'
                        and comparison in ('qoq', 'yoy')
                ) as totals
                full join (
                    select
                        period,
                        comparison,
                        sum(regular_amount + promoted_amount) as value_amount,
                        sum(base_regular_amount + base_promoted_amount) as base_amount
                    from sales.fct_sku_comparisons
                    group by period, comparison
                ) as skus using (period, comparison)
                where
                    coalesce(totals.value_amount, 0) != coalesce(skus.value_amount, 0)
                    or coalesce(totals.base_amount, 0) != coalesce(skus.base_amount, 0)
                """,
            ),
        ),
        on(
            "sales.fct_sku_growth",
            identity(
                "effects_add_up_on_every_sku",
                "On every SKU the effects of either split add up to its change, to the cent, and "
                "its change is that of its sales.",
                """
                select period, comparison, sku_id, growth.change_amount
                from sales.fct_sku_growth as growth
                full join sales.fct_sku_comparisons as sides using (period, comparison, sku_id)
                where
                    growth.change_amount is distinct from
                        volume_amount + price_amount + mix_amount + promotion_amount + new_amount
                        + exited_amount
                    or growth.change_amount is distinct from
                        in_stock_amount + partner_brands_amount + other_brands_amount
                    or growth.change_amount is distinct from
                        regular_amount + promoted_amount
                        - base_regular_amount - base_promoted_amount
                """,
            ),
        ),
        on(
            "sales.fct_growth_factors",
            identity(
                "factors_are_of_the_compared_sales",
                "Both sides of the factors are worth what growth says they are, to the cent.",
                """
                select period, comparison, is_base, factors.gmv_paid_amount, growth.gmv_paid_amount
                from sales.fct_growth_factors as factors
                left join (
                    select
                        period,
                        comparison,
                        is_base,
                        sum(amount) filter (where measure = 'gmv_paid') as gmv_paid_amount,
                        sum(amount) filter (where measure = 'net_sales_by_refund_date')
                            as net_sales_by_refund_date_amount
                    from (
                        select period, comparison, measure, false as is_base, value_amount as amount
                        from sales.fct_sales_growth
                        where dimension = 'total'
                        union all
                        select period, comparison, measure, true, base_amount
                        from sales.fct_sales_growth
                        where dimension = 'total'
                    ) as sides
                    group by period, comparison, is_base
                ) as growth using (period, comparison, is_base)
                where
                    factors.gmv_paid_amount
                        is distinct from coalesce(growth.gmv_paid_amount, 0)
                    or factors.net_sales_by_refund_date_amount
                        is distinct from coalesce(growth.net_sales_by_refund_date_amount, 0)
                """,
            ),
        ),
        on(
            "sales.fct_driver_tree",
            identity(
                "drivers_multiply_to_net_sales",
                "The drivers that can be measured multiply to the net sales of either side.",
                f"""
                select *
                from (
                    select period, comparison, value_amount, base_amount,
                        min(least(factor, base_factor)) as least_factor,
                        exp(sum(ln(case when factor > 0 then factor end))) as value,
                        exp(sum(ln(case when base_factor > 0 then base_factor end))) as base
                    from sales.fct_driver_tree
                    where missing_reason is null
                    group by period, comparison, value_amount, base_amount
                ) as multiplied
                where
                    least_factor <= 0
                    or abs(value - value_amount) > {ROUNDING} * value_amount
                    or abs(base - base_amount) > {ROUNDING} * base_amount
                """,
            ),
        ),
        on(
            "sales.fct_growth_drivers",
            identity(
                "effects_add_up_to_the_change",
                "In every bridge of every member, the effects add up to the change, to the cent, "
                "unless it says of all of them why they cannot be measured.",
                """
                select period, comparison, bridge, dimension, member,
                    max(change_amount) as change_amount, sum(effect_amount) as effect_amount
                from sales.fct_growth_drivers
                group by period, comparison, bridge, dimension, member
                having
                    (
                        count(effect_amount) > 0
                        and (
                            sum(effect_amount) is distinct from max(change_amount)
                            or min(change_amount) is distinct from max(change_amount)
                        )
                    )
                    or count(effect_amount) + count(missing_reason) != count(*)
                """,
            ),
            identity(
                "bridges_explain_the_change_of_sales",
                "The change that a bridge explains is that of the member's sales, to the cent.",
                """
                select drivers.period, drivers.comparison, drivers.bridge, drivers.member,
                    drivers.change_amount, growth.change_amount as of_sales
                from sales.fct_growth_drivers as drivers
                left join sales.fct_sales_growth as growth
                    using (period, comparison, dimension, member, measure)
                where
                    drivers.change_amount is distinct from growth.change_amount
                    and not (growth.period is null and drivers.change_amount = 0)
                """,
            ),
        ),
        on(
            "sales.fct_terminal_conversion",
            identity(
                "visitors_are_those_of_the_sessions",
                "Visitors of a period and terminal are the visitors of its sessions, each once, "
                "and no more of them paid than came.",
                """
                select period, terminal, counted.visitors, sessions.visitors as of_sessions
                from (
                    select
                        period,
                        terminal,
                        sum(visitor_count) as visitors,
                        max(paying_visitor_count - visitor_count) as excess
                    from sales.fct_terminal_conversion
                    group by period, terminal
                ) as counted
                full join (
                    select period, terminal, count(distinct visitor_id) as visitors
                    from core.dim_periods as periods
                    inner join intermediate.int_sessions as sessions
                        on
                            periods.start_date <= sessions.business_date
                            and periods.end_date > sessions.business_date
                    where not is_bot
                    group by period, terminal
                ) as sessions using (period, terminal)
                where
                    counted.visitors is distinct from sessions.visitors
                    or counted.excess > 0
                """,
            ),
        ),
    ]
