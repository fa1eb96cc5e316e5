"""The review as tables on a terminal."""

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from reports.answers import Answer, Question, Review
from reports.wording import NOTHING, freshness, moving, part, shown


def show(review: Review, console: Console) -> None:
    """Prints answered questions with what they are made of, then open ones, then the marts."""
    state = "" if review.is_complete else ", not complete yet"
    console.print(Text(f"Operations review of {review.period}{state}", style="bold"))
    section = ""
    for question in review.questions:
        if not question.is_answered and len(review.questions) > 1:
            continue
        if question.section_id != section:
            section = question.section_id
            title = f"{section} {question.section_name_en} {question.section_name_zh}"
            console.print(Text(f"\n{title}", style="bold"))
        console.print(_panel(question, review))
    if len(review.questions) > 1:
        _show_open(review.questions, console)
    _show_marts(review, console)


def _panel(question: Question, review: Review) -> Panel:
    answers = review.answers[question.question_id]
    mart = review.marts.get(question.mart)
    lines = [
        Text(question.definition),
        Text(f"From {question.source_tables}. {freshness(question.mart, mart)}", style="dim"),
    ]
    if not answers:
        waits = f"Open: waits for {question.mart}; grade {question.evidence_grade} can be reached."
        return Panel(Group(*lines, Text(waits)), title=_title(question), title_align="left")
    return Panel(
        Group(*lines, _table(answers), *_set_aside(answers), *_notes(answers)),
        title=_title(question),
        title_align="left",
    )


def _title(question: Question) -> Text:
    return Text(f"{question.question_id} {question.name_en} {question.name_zh}", style="bold")


def _table(answers: list[Answer]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("answer", overflow="fold")
    for column in ("value", "numerator", "denominator", "n", "95% interval"):
        table.add_column(column, justify="right", overflow="fold")
    table.add_column("grade")
    table.add_column("mature")
    table.add_column("compared with", overflow="fold")
    is_moving = any(map(moving, answers))
    if is_moving:
        table.add_column("could move 可能变动", justify="right", overflow="fold")
    for answer in answers:
        interval = (
            NOTHING
            if answer.ci_low is None
            else f"{shown(answer.ci_low, answer.unit)} to {shown(answer.ci_high, answer.unit)}"
        )
        compared = (
            NOTHING
            if answer.comparison is None
            else f"{answer.comparison}: {shown(answer.comparison_value, answer.unit)}"
        )
        table.add_row(
            f"{answer.label_en} {answer.label_zh}",
            "not measurable" if answer.value is None else shown(answer.value, answer.unit),
            part(answer.numerator),
            part(answer.denominator),
            NOTHING if answer.n is None else f"{answer.n:,}",
            interval,
            answer.evidence_grade,
            "yes" if answer.is_mature else "no",
            compared,
            *([moving(answer) or NOTHING] if is_moving else []),
        )
    return table


def _set_aside(answers: list[Answer]) -> list[Text]:
    amount = max(each.set_aside_amount for each in answers)
    if not amount:
        return []
    told = f"Set aside 暂挂 in the period: {shown(float(amount), 'money')}"
    return [Text(f"{told}, see sales.fct_rows_set_aside.", style="italic")]


def _notes(answers: list[Answer]) -> list[Text]:
    return [Text(f"{each.label_en}: {each.note}", style="italic") for each in answers if each.note]


def _show_open(questions: list[Question], console: Console) -> None:
    waiting: dict[str, list[str]] = {}
    for question in questions:
        if not question.is_answered:
            waiting.setdefault(question.mart, []).append(question.question_id)
    for mart, ids in sorted(waiting.items()):
        console.print(Text(f"Open, waiting for {mart}: {', '.join(ids)}", style="dim"))


def _show_marts(review: Review, console: Console) -> None:
    for mart in sorted({question.mart for question in review.questions} & {*review.marts}):
        console.print(Text(freshness(mart, review.marts[mart]), style="dim"))
    if "review" in review.marts:
        console.print(Text(freshness("review", review.marts["review"]), style="dim"))
