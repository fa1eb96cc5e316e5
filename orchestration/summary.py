"""What a run ends with: tables for a person, and what to open next."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import duckdb
from rich.console import Console

from orchestration.comparing import Changes, TableChange
from orchestration.engines import Engine, engine_of
from orchestration.paths import Paths
from orchestration.printing import print_table, wide_console
from orchestration.trying import Outcome

SHOWN_ANSWERS, SHOWN_SLOWEST = 30, 3
_KINDS = {"model": "models", "seed": "seeds", "test": "data tests", "unit_test": "unit tests"}
# All of them stand in meta.quarantine_by_rule and in meta.set_aside_by_rule.
SHOWN_RULES = 12

HEADLINE = """
    with orders as (
        select
            dates.quarter_label,
            count(*) as order_count,
            count(distinct orders.person_id) filter (where not orders.is_anonymous) as buyer_count
        from published.sales.fct_orders as orders
        inner join published.core.dim_dates as dates on orders.paid_date = dates.business_date
        group by dates.quarter_label
    ),

    sales as (
        select
            dates.quarter_label,
            sum(daily.gmv_paid_amount) as gmv_paid,
            sum(daily.refunds_by_refund_date_amount) as refunds,
            sum(daily.net_sales_by_refund_date_amount) as net_sales
        from published.sales.fct_sales_daily as daily
        inner join published.core.dim_dates as dates using (business_date)
        group by dates.quarter_label
    ),

    -- Without a refund at all, the sources do not tell.
    told as (
        select count(*) > 0 as are_refunds from published.sales.fct_refund_lines
    )

    select
        quarter_label,
        order_count,
        buyer_count,
        gmv_paid,
        case when are_refunds then refunds end as refunds,
        case when are_refunds then net_sales end as net_sales,
        cast(gmv_paid / nullif(order_count, 0) as decimal(18, 2)) as per_order
    from sales
    left join orders using (quarter_label)
    cross join told
    order by quarter_label
"""

HEADLINE_TABLES = {
    "core.dim_dates",
    "sales.fct_orders",
    "sales.fct_refund_lines",
    "sales.fct_sales_daily",
}

REFUNDS = """
    select
        source_system,
        count(*) as refund_line_count,
        count(*) filter (where is_matched) as matched_count,
        cast(100.0 * count(*) filter (where is_matched) / count(*) as decimal(5, 1)) as lines_share,
        cast(100.0 * sum(refund_amount) filter (where is_matched)
            / nullif(sum(refund_amount), 0) as decimal(5, 1)) as money_share
    from published.sales.fct_refund_lines
    group by source_system
    order by source_system
"""


def show(paths: Paths, run_id: str) -> None:
    """Prints the row ledger, what became of each mart, and the headline of what is readable."""
    console = wide_console()
    if not paths.history.exists():
        return
    with duckdb.connect() as connection:
        connection.execute(f"attach '{paths.history}' as history (read_only)")
        _print_found(
            console,
            "Row ledger: landed = valid + superseded + deleted + quarantined",
            connection.execute(
                """
                select
                    source_system || '.' || source_table as "table",
                    rows_landed as landed, rows_valid as valid, rows_superseded as superseded,
                    rows_deleted as deleted, rows_quarantined as quarantined,
                    amount_landed as "amount landed"
                from history.meta.row_ledger where run_id = ? order by all
                """,
                [run_id],
            ),
        )
        _print_found(
            console,
            f"Quarantined rows by the rule that they broke, the first {SHOWN_RULES}",
            connection.execute(
                """
                select
                    source_system || '.' || source_table as "table",
                    broken_rule as rule, row_count as "rows", named as "last to come",
                    next_step as "next step"
                from history.meta.quarantine_by_rule
                where run_id = ?
                order by row_count desc, source_system, source_table, broken_rule
                limit ?
                """,
                [run_id, SHOWN_RULES],
            ),
        )
        _print_found(
            console,
            f"Rows that break a rule, and what became of them, the first {SHOWN_RULES} rules",
            connection.execute(
                """
                select
                    source_table as "table", rule_id as rule, outcome, row_count as "rows",
                    accepted_count as accepted, worth_amount as worth,
                    named as "worth most", next_step as "next step"
                from history.meta.set_aside_by_rule where run_id = ?
                order by worth_amount desc, source_table, rule_id
                limit ?
                """,
                [run_id, SHOWN_RULES],
            ),
        )
        _print_found(
            console,
            "Marts",
            connection.execute(
                """
                select mart, status, version, as_of, row_count as "rows", since, reason
                from history.meta.publications where run_id = ? order by rowid
                """,
                [run_id],
            ),
        )
    engine = engine_of(paths)
    published = engine.baseline(date.max).published_rows
    if published:
        # Unless core or sales have never been let through, or the project has none such.
        if published.keys() >= HEADLINE_TABLES:
            _show_sales(console, engine)
        if paths.page.exists():
            console.print(f"Open next, the review as a page: {paths.page}")
        console.print(engine.readers)
        console.print(f"Report of the gates: {paths.data_docs / 'index.html'}")


def _show_sales(console: Console, engine: Engine) -> None:
    """The headline."""
    headline = engine.ask(HEADLINE)
    print_table(
        console,
        "Headline by quarter, net of refunds on the clock of the refund",
        ["quarter", "orders", "known buyers", "GMV paid", "refunds", "net sales", "per order"],
        headline.rows,
    )
    refunds = engine.ask(REFUNDS)
    print_table(
        console,
        "Refunds whose order is known",
        ["system", "refund lines", "matched", "% of lines", "% of money"],
        refunds.rows,
    )


def show_outcomes(done: Sequence[Outcome]) -> None:
    """Prints what went wrong in a build, or what it took."""
    console = wide_console()
    wrong = [each for each in done if not each.is_well]
    print_table(
        console,
        "What went wrong",
        ["node", "status", "message"],
        [(_name(each), each.status, each.message.strip()) for each in wrong],
    )
    kinds = Counter(_KINDS.get(each.node.partition(".")[0], "") for each in done if each.is_well)
    slowest = sorted(done, key=lambda each: -each.seconds)[:SHOWN_SLOWEST]
    named = ", ".join(f"{_name(each)} {each.seconds:.1f} s" for each in slowest)
    counted = ", ".join(f"{kinds[kind]} {kind}" for kind in _KINDS.values() if kinds[kind])
    console.print(f"Done: {counted or 'nothing'}. The slowest: {named}.", highlight=False)


def show_changes(found: Changes, question: str = "", period: str = "") -> None:
    """Prints tables and answers that differ.

    Args:
        question: print its answers alone, all of them; by default the first of each question.
        period: the same of a period.
    """
    console = wide_console()
    print_table(
        console,
        f"Tables that differ from {found.against}",
        ["table", "rows before", "now", "added", "gone", "changed", "columns"],
        [
            (each.table, each.before, each.now, each.added, each.gone, each.changed, _columns(each))
            for each in found.tables
        ],
    )
    answers = [
        each
        for each in found.answers
        if each.question.casefold() == (question or each.question).casefold()
        and each.period.casefold() == (period or each.period).casefold()
    ]
    shown = answers if question or period else answers[:SHOWN_ANSWERS]
    print_table(
        console,
        "Answers that differ" + ("" if shown == answers else f", the first {SHOWN_ANSWERS}"),
        ["question", "scope", "period", "unit", "before", "now", "by"],
        [
            (each.question, each.scope, each.period, each.unit, *_values(each.before, each.now))
            for each in shown
        ],
    )
    questions = sorted({each.question for each in found.answers})
    console.print(
        f"{len(found.tables)} of {found.compared} tables differ, and {len(found.answers):,} answers"
        + (f" to {', '.join(questions)}" if questions else "")
        + ".",
        highlight=False,
    )


def _name(outcome: Outcome) -> str:
    """A unit test's own name, and not its model's."""
    return outcome.node.split(".")[3 if outcome.node.startswith("unit_test.") else 2]


def _columns(change: TableChange) -> str:
    told = (change.columns or {}).items()
    return ", ".join(
        name if count < 0 else f"{name} ({count:,})"
        for name, count in sorted(told, key=lambda each: (-each[1], each[0]))
    )


def _values(before: float | None, now: float | None) -> tuple[str, str, str]:
    """Two values, and by how much the second is more."""

    def text(value: float | None) -> str:
        return "–" if value is None else f"{value:,.6g}"

    if before is None or now is None:
        return text(before), text(now), "–"
    share = f" ({(now / before - 1):+.2%})" if before > 0 else ""
    return text(before), text(now), f"{now - before:+,.6g}{share}"


def held(paths: Paths, run_id: str) -> str:
    """Which marts a run did not publish and why, in a sentence; empty if it published all."""
    if not paths.history.exists():
        return ""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{paths.history}' as history (read_only)")
        rows = connection.execute(
            "select reason, string_agg(mart, ', ' order by mart) "
            "from history.meta.publications where run_id = ? and status = 'held' "
            "group by reason order by min(rowid)",
            [run_id],
        ).fetchall()
    return " ".join(f"{marts} held: {reason}." for reason, marts in rows)


def _print_found(console: Console, title: str, cursor: duckdb.DuckDBPyConnection) -> None:
    columns = [column[0] for column in cursor.description or []]
    print_table(console, title, columns, cursor.fetchall())
