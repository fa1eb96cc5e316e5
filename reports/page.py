"""The review as a page: one file that needs no server, no network and no other file."""

import base64
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import duckdb
import jinja2
from markupsafe import Markup

from orchestration.errors import EmporiumError
from orchestration.paths import Paths
from orchestration.progress import progress
from reports import channels
from reports.answers import Answer, Freshness, Question, opened, read_marts, read_questions
from reports.charts import Chart
from reports.drawings import DRAWINGS, GRADES, TOPICS, Drawing
from reports.published import Period, Published, read_published
from reports.wording import (
    NOTHING,
    change,
    freshness,
    moving,
    part,
    period_names,
    shown,
    words,
)

TEMPLATES = Path(__file__).with_name("templates")
# The page holds so many of the last periods of a kind, so that it stays small as the years go by.
PERIODS_AT_MOST = {"half": 6, "quarter": 12, "month": 6}
KINDS = {"half": "Halves 半年", "quarter": "Quarters 季度", "month": "Months 月"}
# Of a question with more answers than this, a screen shows so many until it is asked for all.
ANSWERS_AT_ONCE = 6
# The sections of the review that the page shows so far, and what each period opens with.
SECTIONS = ("01", "02")
HEADLINES = (
    ("K001", "gmv_paid"),
    ("K001", "net_sales_by_refund_date"),
    ("K015", "gmv_paid"),
    ("K026", "attainment"),
    ("K010", "all"),
    ("K021", "gmv_paid"),
)


@dataclass(frozen=True)
class Figure:
    """A number as it is written, and what it is made of."""

    text: str
    title: str
    question_id: str
    details: list[tuple[str, str]]
    value: float | None
    is_missing: bool


@dataclass(frozen=True)
class AnswerRow:
    """A line of a table of answers."""

    answer: Answer
    name: str
    name_zh: str
    figure: Figure
    difference: str
    tone: str
    against: str
    numerator: str
    denominator: str
    n: str
    interval: str


@dataclass(frozen=True)
class Compared:
    """A line below a headline."""

    text: str
    tone: str
    words: str


@dataclass(frozen=True)
class Headline:
    """A number that a period opens with."""

    name: str
    name_zh: str
    figure: Figure
    compared: list[Compared]


@dataclass(frozen=True)
class Block:
    """A subsection of the review in one period."""

    number: str
    title: str
    title_zh: str
    charts: list[Chart]
    answered: list[tuple[Question, list[AnswerRow]]]
    missing: list[str]


@dataclass(frozen=True)
class PeriodView:
    """All that the page says of one period."""

    period: str
    kind_rank: int
    kind_name: str
    name: str
    name_zh: str
    days: str
    is_complete: bool
    is_settled: bool
    set_aside: str
    headlines: list[Headline]
    blocks: list[Block]


@dataclass(frozen=True)
class QuestionView:
    """A question in the list of definitions."""

    question_id: str
    name_en: str
    name_zh: str
    definition: str
    standing: str
    freshness: str


@dataclass(frozen=True)
class MartView:
    """A mart in the table of freshness."""

    mart: str
    as_of: str
    state: str
    since: object
    gate: str


def render(paths: Paths) -> Path:
    """Writes the page beside the serving file, unless it says the same already.

    Returns:
        The page.

    Raises:
        EmporiumError: nothing has been published, or the page cannot be written.
    """
    with opened(paths) as connection:
        try:
            text = html(connection, read_marts(connection, paths))
        except (duckdb.Error, jinja2.TemplateError) as error:
            raise EmporiumError(
                f"The page of the review could not be made from {paths.serving}: "
                f"{str(error).splitlines()[0]}; the published marts are untouched."
            ) from error
    _write(paths.page, text)
    return paths.page


def keep_up(paths: Paths) -> None:
    """Brings the page in line with what is published; if that fails, says so and nothing else.

    What is published stays published, whatever becomes of the page.
    """
    if not paths.serving.exists():
        return
    try:
        page = render(paths)
    except EmporiumError as error:
        progress.warning("%s", error)
    except Exception as error:
        progress.warning(
            "The page of the review could not be made (%s: %s); the published marts are untouched, "
            "`make report` tries again.",
            type(error).__name__,
            error,
        )
    else:
        progress.info("page of the review: %s", page.name)


def html(connection: duckdb.DuckDBPyConnection, marts: dict[str, Freshness]) -> str:
    """The page as text."""
    published = read_published(connection, read_questions(connection), marts)
    kinds = list(KINDS)
    periods = [
        each
        for kind in kinds
        for each in [period for period in published.periods.values() if period.period_kind == kind][
            -PERIODS_AT_MOST[kind] :
        ]
    ]
    if not periods:
        raise EmporiumError("The published data has no period yet: land orders and run again.")
    chosen = min(
        periods,
        key=lambda each: (
            not each.is_complete,
            kinds.index(each.period_kind),
            -each.end_date.toordinal(),
        ),
    )
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = ((TEMPLATES / f"review.{kind}").read_text() for kind in ("css", "js"))
    # The browser hashes what stands between the tags: a line break, then the script.
    digest = hashlib.sha256(f"\n{script}".encode()).digest()
    text = environment.get_template("review.html.j2").render(
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=f"sha256-{base64.b64encode(digest).decode()}",
        covered=_covered(marts),
        held=[state for state in marts.values() if state.status == "held"],
        periods=[_period(published, each) for each in periods],
        chosen=chosen.period,
        answers_at_once=ANSWERS_AT_ONCE,
        questions=[
            _question(published, question)
            for question in published.questions.values()
            if question.section_id in SECTIONS or question.question_id in _on_topics()
        ],
        marts=[_mart(state) for state in marts.values()],
    )
    # The templates' indentation is a fifth of the page.
    return re.sub(r"\n\s*(?=<)", "\n", text)


def _write(page: Path, text: str) -> None:
    """Readers find the page before or the new one, never a part."""
    content = text.encode()
    try:
        if page.exists() and page.read_bytes() == content:
            return
        descriptor, draft = tempfile.mkstemp(prefix=".review.", dir=page.parent)
        try:
            with os.fdopen(descriptor, "wb") as opened_draft:
                opened_draft.write(content)
                opened_draft.flush()
                os.fsync(opened_draft.fileno())
            Path(draft).chmod(0o644)
            Path(draft).replace(page)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise EmporiumError(
            f"The page {page} could not be written: {error.strerror}; the published marts are "
            "untouched: make its folder writable or free some disk space, then `make report`."
        ) from error


def _period(published: Published, period: Period) -> PeriodView:
    name, name_zh = period_names(period.period, period.period_kind)
    last = period.end_date - timedelta(days=1)
    return PeriodView(
        period=period.period,
        kind_rank=list(KINDS).index(period.period_kind),
        kind_name=KINDS[period.period_kind],
        name=name,
        name_zh=name_zh,
        days=f"{period.start_date} to {last}",
        is_complete=period.is_complete,
        is_settled=period.is_settled,
        set_aside=_set_aside(published, period),
        headlines=_headlines(published, period),
        blocks=_blocks(published, period),
    )


def _set_aside(published: Published, period: Period) -> str:
    """What rules set aside of a period, which is the same behind each of its answers."""
    amounts = (
        answer.set_aside_amount
        for scopes in published.answers.get(period.period, {}).values()
        for answer in scopes.values()
    )
    amount = max(amounts, default=0)
    return shown(float(amount), "money") if amount else ""


def _headlines(published: Published, period: Period) -> list[Headline]:
    headlines = []
    for question_id, scope in HEADLINES:
        answer = published.answer(period.period, question_id, scope)
        if answer is None:
            continue
        question = published.questions[question_id]
        # Total sales has several measures; of other questions one stands for all.
        is_measure = question_id == "K001"
        compared = []
        difference, tone = _difference(published, answer)
        if difference:
            against = f"against {words(answer.comparison or '').lower()}"
            if answer.comparison in published.periods:
                against = f"on {answer.comparison}"
            compared.append(Compared(difference, tone, against))
        if is_measure:
            compared += _planned(published, period, scope)
        headlines.append(
            Headline(
                name=answer.label_en if is_measure else question.name_en,
                name_zh=answer.label_zh if is_measure else question.name_zh,
                figure=_figure(published, question, answer),
                compared=compared,
            )
        )
    return headlines


def _planned(published: Published, period: Period, metric: str) -> list[Compared]:
    """How a measure stands to the plan of the period, where the company has one."""
    if "sales.fct_target_attainment" not in published.tables:
        return []
    return [
        Compared(
            shown(float(row["period_value"]) / float(row["period_plan_value"]), "share"),
            "good" if row["period_value"] >= row["period_plan_value"] else "bad",
            f"of the plan, {row['period_plan_value']:,.0f}",
        )
        for row in published.rows("sales.fct_target_attainment", period.period)
        if (row["scope_type"], row["metric_id"]) == ("company", metric) and row["period_plan_value"]
    ][:1]


def _blocks(published: Published, period: Period) -> list[Block]:
    shown_questions = [
        question for question in published.questions.values() if question.section_id in SECTIONS
    ]
    drawings = DRAWINGS | channels.DRAWINGS
    blocks = []
    for subsection, members in groupby(shown_questions, key=lambda each: each.subsection_id):
        questions = list(members)
        first = questions[0]
        names = subsection, first.subsection_name_en, first.subsection_name_zh
        blocks.append(_block(published, period, names, questions, drawings.get(subsection, [])))
    for title, title_zh, ids, drawings_of_topic in TOPICS:
        questions = [published.questions[each] for each in ids]
        blocks.append(
            _block(published, period, ("", title, title_zh), questions, drawings_of_topic)
        )
    return blocks


def _on_topics() -> set[str]:
    return {question_id for _, _, ids, _ in TOPICS for question_id in ids}


def _block(
    published: Published,
    period: Period,
    names: tuple[str, str, str],
    questions: list[Question],
    drawings: list[Drawing],
) -> Block:
    charts: list[Chart] = []
    left_out: dict[str, list[str]] = {}
    for drawing in drawings:
        if drawing.table in published.tables:
            charts += drawing.draw(published, period)
        else:
            left_out.setdefault(drawing.table, []).append(drawing.name)
    missing = [_left_out(published, found, table) for table, found in left_out.items()]
    answers = published.answers.get(period.period, {})
    answered = [
        (question, [_row(published, question, each) for each in found.values()])
        for question in questions
        if (found := answers.get(question.question_id))
    ]
    waiting: dict[str, list[str]] = {}
    for question in questions:
        if question.question_id not in answers:
            waiting.setdefault(question.mart, []).append(question.question_id)
    if waiting:
        opened_ones = (f"{', '.join(ids)} from {mart}" for mart, ids in sorted(waiting.items()))
        missing.append(f"Not answered yet: {'; '.join(opened_ones)}.")
    number, title, title_zh = names
    return Block(number, title, title_zh, charts, answered, missing)


def _left_out(published: Published, names: list[str], table: str) -> str:
    mart = table.split(".")[0]
    state = published.marts.get(mart)
    why = "has not been published yet"
    if state is not None and state.status == "held":
        why += (
            f", and {mart} is held since {state.since:%Y-%m-%d %H:%M}: {state.reason.rstrip('.')}"
        )
    what = "; ".join(names)
    return f"Left out: {what[:1].lower()}{what[1:]}, because {table} {why}."


def _row(published: Published, question: Question, answer: Answer) -> AnswerRow:
    difference, tone = _difference(published, answer)
    against = ""
    if answer.comparison is not None and answer.comparison_value is not None:
        name = answer.comparison
        if name not in published.periods:
            name = published.names(name)[0].lower()
        # 'No change' needs no number.
        is_level = (answer.comparison.startswith("no_"), answer.comparison_value) == (True, 0)
        against = name if is_level else f"{name}: {shown(answer.comparison_value, answer.unit)}"
    return AnswerRow(
        answer=answer,
        name=answer.label_en,
        name_zh=answer.label_zh,
        figure=_figure(published, question, answer),
        difference=difference,
        tone=tone,
        against=against,
        numerator=part(answer.numerator),
        denominator=part(answer.denominator),
        n=NOTHING if answer.n is None else f"{answer.n:,}",
        interval=_interval(answer),
    )


def _difference(published: Published, answer: Answer) -> tuple[str, str]:
    """How an answer differs from itself in another period, or from the whole that it is a part of.

    Any other comparison stands beside it without arithmetic: a gap to a plan is no share of it.
    """
    name = answer.comparison or ""
    if name in published.periods or name.startswith("all_"):
        return change(answer.value, answer.comparison_value, answer.unit, answer.direction)
    return "", ""


def _figure(published: Published, question: Question, answer: Answer) -> Figure:
    missing = answer.value is None
    text = "not measurable" if missing else shown(answer.value, answer.unit)
    details = [
        ("Value", text),
        ("Numerator", part(answer.numerator)),
        ("Denominator", part(answer.denominator)),
        ("n", NOTHING if answer.n is None else f"{answer.n:,}"),
        ("95% interval", _interval(answer)),
        ("Grade", f"{answer.evidence_grade}, {GRADES[answer.evidence_grade]}"),
        ("Mature", "yes" if answer.is_mature else "no: later data will still change it"),
    ]
    if answer.comparison is not None:
        compared = shown(answer.comparison_value, answer.unit)
        details.append(("Compared with", f"{published.names(answer.comparison)[0]}: {compared}"))
    if answer.set_aside_amount:
        details.append(("Set aside 暂挂", shown(float(answer.set_aside_amount), "money")))
    if moved := moving(answer):
        details.append(("Could move 可能变动", moved))
    if answer.note:
        details.append(("Why" if missing else "Note", answer.note))
    details = [(label, value) for label, value in details if value != NOTHING]
    return Figure(
        text=text,
        title=f"{question.question_id} {question.name_en}: {answer.label_en}",
        question_id=question.question_id,
        details=details,
        value=answer.value,
        is_missing=missing,
    )


def _interval(answer: Answer) -> str:
    if answer.ci_low is None:
        return NOTHING
    return f"{shown(answer.ci_low, answer.unit)} to {shown(answer.ci_high, answer.unit)}"


def _question(published: Published, question: Question) -> QuestionView:
    standing = f"From {question.source_tables.replace(';', ',')}."
    if not question.is_answered:
        standing = (
            f"Open: waits for {question.mart}; grade {question.evidence_grade} can be reached."
        )
    return QuestionView(
        question_id=question.question_id,
        name_en=question.name_en,
        name_zh=question.name_zh,
        definition=question.definition,
        standing=standing,
        freshness=freshness(question.mart, published.marts.get(question.mart)),
    )


def _mart(state: Freshness) -> MartView:
    met = state.expectations - state.broken
    status = "published" if state.status == "unchanged" else state.status.replace("_", " ")
    return MartView(
        mart=state.mart,
        as_of=str(state.as_of) if state.as_of else "",
        state=f"held: {state.reason}" if state.status == "held" else status,
        since=state.since,
        gate=f"{met} of {state.expectations} met",
    )


def _covered(marts: dict[str, Freshness]) -> str:
    state = marts.get("review")
    if state is None or state.as_of is None:
        return "Amounts in the reporting currency."
    last = state.as_of - timedelta(days=1)
    return f"Data up to {last}. Amounts in the reporting currency. Click a number for its parts."
