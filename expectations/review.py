"""The gate of review."""

from expectations.suite import Baseline, Suite, identity, on, volume

# Answers are added with questions and periods; losing more means that a mart is not answered.
ANSWERS_AT_LEAST = 0.98
# A question with an answer for each category brings dozens of rows a period; more means that a join
# multiplied them.
ANSWERS_AT_MOST = 10.0
# Sums of money are exact to the cent; ratios of doubles are not to the last bit.
ROUNDING = 1e-9
# The steps of a bridge are few differences of doubles, so that only their last bits are lost.
BRIDGE_ROUNDING = 1e-12


def suite(baseline: Baseline) -> Suite:
    """The register is whole, and every answer agrees with its parts."""
    return [
        on(
            "review.dim_answers",
            identity(
                "answers_have_their_words",
                "Every answer has a label, and every label an answer.",
                """
                select question_id, scope
                from (select distinct question_id, scope from review.fct_answers) as answered
                full join review.dim_answers as labels using (question_id, scope)
                where answered.scope is null or labels.scope is null
                """,
            ),
        ),
        on(
            "review.dim_questions",
            identity(
                "the_register_is_whole",
                "There are the questions K001 to K152.",
                """
                select count(*) as questions, min(question_id) as first, max(question_id) as last
                from review.dim_questions
                having
                    count(*) != 152 or min(question_id) != 'K001' or max(question_id) != 'K152'
                """,
            ),
        ),
        on(
            "review.fct_answers",
            volume(
                "answers_keep_their_volume",
                "There are about as many answers as in the published version, or more.",
                table="review.fct_answers",
                baseline=baseline,
                at_least=ANSWERS_AT_LEAST,
                at_most=ANSWERS_AT_MOST,
            ),
            identity(
                "registered_questions_are_answered",
                "Exactly the questions that the register calls answered have an answer, and have "
                "one for every period, if only that it cannot be measured.",
                """
                select questions.question_id, questions.is_answered, periods.period
                from review.dim_questions as questions
                cross join core.dim_periods as periods
                left join (
                    select distinct question_id, period from review.fct_answers
                ) as answers using (question_id, period)
                where questions.is_answered is distinct from (answers.question_id is not null)
                """,
            ),
            identity(
                "values_stay_in_the_range_of_their_unit",
                "Shares of things counted lie in 0..1, their differences in -1..1, counts are "
                "whole and not negative, nor are times, and every value is finite.",
                """
                select question_id, period, scope, unit, value
                from review.fct_answers
                where
                    (unit = 'share' and n is not null and value not between 0 and 1)
                    or (unit = 'percentage_points' and n is not null and value not between -1 and 1)
                    or (unit = 'count' and (value < 0 or value != round(value)))
                    or (unit in ('seconds', 'hours', 'days') and value < 0)
                    or not abs(value) < cast('infinity' as double)
                """,
            ),
            identity(
                "values_are_made_of_their_parts",
                "Where an answer has a numerator and a denominator, it is the one by the other.",
                f"""
                select question_id, period, scope, value, numerator, denominator
                from review.fct_answers
                where
                    value is not null
                    and (numerator is null) is distinct from (denominator is null)
                    or abs(value - numerator / nullif(denominator, 0))
                        > {ROUNDING} * greatest(1, abs(value))
                    or (value is not null and denominator = 0)
                """,
            ),
            identity(
                "intervals_hold_their_values",
                "An interval has two ends, a count of what it rests on, and its value within.",
                f"""
                select question_id, period, scope, ci_low, value, ci_high, n
                from review.fct_answers
                where
                    (ci_low is null) is distinct from (ci_high is null)
                    or (ci_low is not null and (
                        coalesce(n, 0) <= 0
                        or not coalesce(
                            value between ci_low - {ROUNDING} and ci_high + {ROUNDING}, false
                        )
                    ))
                """,
            ),
            identity(
                "missing_values_are_explained",
                "An answer without value says why, claims nothing else, and is not mature.",
                """
                select question_id, period, scope, note
                from review.fct_answers
                where
                    value is null
                    and (
                        not coalesce(note like 'Not measurable: %', false)
                        or numerator is not null
                        or comparison is not null
                        or is_mature
                    )
                """,
            ),
            identity(
                "parts_of_a_period_add_up",
                "On every measure of sales, months add up to quarters and halves, to the cent.",
                """
                with money as (
                    select
                        answers.period,
                        answers.scope,
                        cast(answers.value as decimal(18, 2)) as amount,
                        periods.period_kind,
                        periods.start_date,
                        periods.end_date
                    from review.fct_answers as answers
                    inner join core.dim_periods as periods using (period)
                    where answers.question_id = 'K001'
                )

                select wholes.period, wholes.scope, wholes.amount, sum(parts.amount) as of_parts
                from money as wholes
                inner join money as parts
                    on
                        wholes.scope = parts.scope
                        and wholes.start_date <= parts.start_date
                        and wholes.end_date >= parts.end_date
                        and parts.period_kind = 'month'
                group by wholes.period, wholes.scope, wholes.amount
                having wholes.amount is distinct from sum(parts.amount)
                """,
            ),
            identity(
                "sales_are_those_of_the_mart",
                "All months together are worth what the days of sales are worth, to the cent.",
                """
                select answers.scope, answers.amount, sales.amount as amount_of_sales
                from (
                    select
                        scope,
                        sum(cast(value as decimal(18, 2))) as amount,
                        bool_and(value is null) as is_missing
                    from review.fct_answers
                    inner join core.dim_periods using (period)
                    where question_id = 'K001' and period_kind = 'month'
                    group by scope
                ) as answers
                full join (
                    select scope, amount
                    from (
                        select
                            sum(gmv_placed_amount) as gmv_placed,
                            sum(gmv_paid_amount) as gmv_paid,
                            sum(net_sales_by_order_date_amount) as net_sales_by_order_date,
                            sum(net_sales_by_refund_date_amount) as net_sales_by_refund_date
                        from sales.fct_sales_daily
                        -- A refund from before the first order belongs to no period.
                        where business_date >= (select min(start_date) from core.dim_periods
                            where period_kind = 'month')
                    ) as summed
                    unpivot (
                        amount for scope in (
                            gmv_placed, gmv_paid, net_sales_by_order_date,
                            net_sales_by_refund_date
                        )
                    )
                ) as sales using (scope)
                where
                    answers.amount is distinct from sales.amount
                    and not coalesce(answers.is_missing, false)
                """,
            ),
        ),
        on(
            "review.dim_dialects",
            identity(
                "dialects_are_whole",
                "A dialect that defines a metric takes one option on each of its axes.",
                """
                select metric_id, dialect_id, options, axes
                from (
                    select metric_id, dialect_id, count(*) as options
                    from review.dim_dialects
                    group by metric_id, dialect_id
                ) as taken
                inner join (
                    select metric_id, count(distinct axis_id) as axes
                    from review.dim_dialects
                    group by metric_id
                ) as known using (metric_id)
                where options != axes
                """,
            ),
        ),
        on(
            "review.fct_bridges",
            identity(
                "steps_of_a_bridge_add_up",
                "The steps of a bridge lead from one dialect's value to the other's: amounts to "
                "the cent, ratios but for the last bits.",
                f"""
                select *
                from (
                    select
                        metric_id, period, from_dialect_id, to_dialect_id,
                        max(from_value) as from_value,
                        max(to_value) as to_value,
                        sum(cast(change_in_value as decimal(18, 2))) as change_amount,
                        sum(change_in_value) as change_in_value,
                        count(change_in_value) not in (0, count(*)) as is_torn
                    from review.fct_bridges
                    group by metric_id, period, from_dialect_id, to_dialect_id
                ) as bridges
                where
                    is_torn
                    or (from_value is null) is distinct from (change_in_value is null)
                    or (metric_id = 'net_sales' and change_amount
                        != cast(to_value as decimal(18, 2)) - cast(from_value as decimal(18, 2)))
                    or abs(change_in_value - (to_value - from_value))
                        > {BRIDGE_ROUNDING} * greatest(1, abs(from_value), abs(to_value))
                """,
            ),
            identity(
                "steps_follow_each_other",
                "Each step begins where the last one ended, and a step that turns nothing changes "
                "nothing.",
                """
                select metric_id, period, from_dialect_id, to_dialect_id, step_number
                from (
                    select
                        *,
                        lag(value_after) over bridge as value_reached,
                        lag(step_number) over bridge as last_step
                    from review.fct_bridges
                    window bridge as (
                        partition by metric_id, period, from_dialect_id, to_dialect_id
                        order by step_number
                    )
                ) as steps
                where
                    step_number != coalesce(last_step, 0) + 1
                    or value_before is distinct from coalesce(value_reached, from_value)
                    or (from_option_id = to_option_id and change_in_value != 0)
                """,
            ),
            identity(
                "a_dialect_has_one_value",
                "A metric has one value per dialect and period, whatever bridge leads to it.",
                """
                select metric_id, period, dialect_id, count(distinct value) as dialect_values
                from (
                    select metric_id, period, from_dialect_id as dialect_id, from_value as value
                    from review.fct_bridges
                    union all
                    select metric_id, period, to_dialect_id as dialect_id, to_value as value
                    from review.fct_bridges
                ) as ends
                group by metric_id, period, dialect_id
                having count(distinct value) > 1
                """,
            ),
            identity(
                "our_dialect_is_that_of_the_answers",
                "Net sales in our dialect are those of the answers, to the cent.",
                """
                select bridges.period, bridges.amount, answers.amount as amount_of_answers
                from (
                    select distinct period, cast(from_value as decimal(18, 2)) as amount
                    from review.fct_bridges
                    where metric_id = 'net_sales' and from_dialect_id = 'ours'
                ) as bridges
                full join (
                    select period, cast(value as decimal(18, 2)) as amount
                    from review.fct_answers
                    where question_id = 'K001' and scope = 'net_sales_by_order_date'
                ) as answers using (period)
                where bridges.amount is distinct from answers.amount
                """,
            ),
        ),
    ]
