"""The review as a page: what it says, and what a browser makes of it."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.history import Run, record_held
from orchestration.paths import Paths
from orchestration.project import Project
from orchestration.publishing import publish
from reports.channels import _arm
from reports.charts import Axis, axis_of, waterfall_axis, wilson
from reports.page import ANSWERS_AT_ONCE, keep_up, render
from reports.wording import change, part, period_names, shown, signed, words
from tests.browser import Browser, browser, needs_browser
from tests.conftest import SOURCE, Emporium
from tests.reports.test_review import refused, review

HOSTILE = "</script><script>document.title = 'owned'</script>"
DEFAULT = "2026H1"
# After whatever run has built the warehouse.
LATER = Run("later", datetime(2100, 7, 2, 6), date(2011, 12, 11))


def copy(original: Paths, folder: Path) -> Paths:
    """The serving file of a data folder in another, where a test may change it."""
    paths = Paths(folder)
    paths.serving.parent.mkdir(parents=True)
    shutil.copyfile(original.serving, paths.serving)
    paths.serving.chmod(0o644)
    return paths


@pytest.fixture(scope="module")
def shop(storefront: Paths, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """The simulated shop, published, with its page. Shared: do not change it."""
    paths = copy(storefront, tmp_path_factory.mktemp("shop"))
    render(paths)
    return paths


@pytest.fixture
def copied(storefront: Paths, tmp_path: Path) -> Paths:
    return copy(storefront, tmp_path / "data")


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def query(paths: Paths, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(paths.serving), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def damage(paths: Paths, *statements: str) -> None:
    with duckdb.connect(str(paths.serving)) as connection:
        for statement in statements:
            connection.execute(statement)


def text_of(paths: Paths) -> str:
    """What a reader reads: the page without its tags."""
    page = re.sub(r"<(style|script).*?</\1>", "", render(paths).read_text(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --- what a browser makes of it


@needs_browser
def test_numbers_on_the_page_are_those_of_the_answers(shop: Paths, tab: Browser) -> None:
    answers = query(
        shop,
        "select period, question_id, scope, value, unit, n, numerator, denominator "
        "from review.fct_answers order by all",
    )
    tab.open(shop.page.as_uri())
    rows = tab.run("""
        [...document.querySelectorAll("article tr[data-scope]")].map((row) => [
            row.closest("article").dataset.period, row.dataset.question, row.dataset.scope,
            row.querySelector(".figure").textContent, row.querySelector(".figure").dataset.value,
            ...[...row.querySelectorAll("td")].map((cell) => cell.textContent)])
    """)
    on_page = {tuple(row[:3]): row[3:] for row in rows}
    periods = {period for period, _, _ in on_page}
    assert {DEFAULT, "2025H2", "2026Q2", "2026-06"} <= periods
    compared = 0
    for period, question, scope, value, unit, n, numerator, denominator in answers:
        if period not in periods or (period, question, scope) not in on_page:
            continue
        text, raw, _, _, above, below, count, *_ = on_page[period, question, scope]
        if value is None:
            assert (text, raw) == ("not measurable", None)
        else:
            assert text == shown(value, unit)
            assert float(raw) == value
        assert [above, below] == [part(numerator), part(denominator)]
        assert count == ("–" if n is None else f"{n:,}")
        compared += 1
    assert compared == len(on_page)
    answered = {question for _, question, *_ in answers if question < "K059"}
    assert {question for _, question, _ in on_page} >= answered


@needs_browser
def test_every_chart_has_marks(shop: Paths, tab: Browser) -> None:
    tab.open(shop.page.as_uri())
    charts = tab.run("""
        [...document.querySelectorAll("article:not([hidden]) figure")].map((chart) => [
            chart.dataset.chart,
            [...chart.querySelectorAll(".mark")].filter((mark) => {
                const box = mark.getBoundingClientRect();
                return box.width >= 1 && box.height >= 1;
            }).length,
            chart.querySelectorAll(".mark").length])
    """)
    assert charts
    for name, visible, drawn in charts:
        assert visible == drawn > 0, name


@needs_browser
def test_the_page_asks_for_nothing_and_complains_of_nothing(shop: Paths, tab: Browser) -> None:
    tab.requests.clear()
    tab.complaints.clear()
    for width, dark in ((1280, False), (375, True)):
        tab.open(shop.page.as_uri(), width, dark)
    tab.run("document.querySelectorAll('a[data-details]').forEach((link) => link.click())")
    assert {address.split("#")[0] for address in tab.requests} == {shop.page.as_uri()}
    assert tab.complaints == []


@needs_browser
def test_the_browser_notices_what_the_tests_look_for(tab: Browser, tmp_path: Path) -> None:
    """Else the silence above would prove nothing."""
    page = tmp_path / "bad.html"
    page.write_text(
        "<body style='width: 2000px'><img src='http://127.0.0.1:9/x.png'>"
        "<script>undefined_function()</script>"
    )
    tab.complaints.clear()
    tab.open(page.as_uri(), width=375)
    assert "http://127.0.0.1:9/x.png" in tab.requests
    assert any("undefined_function" in complaint for complaint in tab.complaints)
    assert tab.run("document.documentElement.scrollWidth") > 375


@needs_browser
@pytest.mark.parametrize("width", [375, 768, 1280])
def test_no_width_scrolls_sideways(shop: Paths, tab: Browser, width: int) -> None:
    tab.open(shop.page.as_uri(), width)
    for period in tab.run("[...document.querySelectorAll('article')].map((each) => each.id)"):
        tab.run(f"location.hash = {json.dumps(period)}")
        assert tab.run("document.documentElement.scrollWidth") <= width, period


@needs_browser
def test_light_and_dark_can_both_be_read(shop: Paths, tab: Browser) -> None:
    """By the contrast that WCAG asks of text; plus and minus differ in lightness, too."""
    for dark in (False, True):
        tab.open(shop.page.as_uri(), dark=dark)
        colours = tab.run("""
            (() => {
                const probe = document.body.appendChild(document.createElement("span"));
                return Object.fromEntries(
                    ["paper", "ink", "quiet", "plus", "minus", "minus-ink", "total", "link"]
                        .map((name) => {
                            probe.style.color = `var(--${name})`;
                            return [name, getComputedStyle(probe).color];
                        }));
            })()
        """)
        light = {name: luminance(colour) for name, colour in colours.items()}
        assert (light["paper"] < light["ink"]) is dark
        for name in ("ink", "quiet", "plus", "minus-ink", "link"):
            assert contrast(light[name], light["paper"]) >= 4.5, (name, dark)
        for one, other in (("plus", "minus"), ("total", "paper")):
            assert contrast(light[one], light[other]) >= 2, (one, other, dark)


def luminance(colour: str) -> float:
    """Relative luminance, by WCAG, of a colour such as rgb(20, 89, 140)."""
    parts = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


PANEL = "document.getElementById('panel')"


@needs_browser
def test_hover_focus_and_click_tell_what_a_number_is_made_of(shop: Paths, tab: Browser) -> None:
    tab.open(shop.page.as_uri())
    row = f"#\\3{DEFAULT[0]} {DEFAULT[1:]} tr[data-question=K010] .figure"
    assert tab.run(f"{PANEL}.hidden")

    tab.move_to(row)
    told = tab.run(f"{PANEL}.textContent")
    for text in ("K010", "Numerator", "Denominator", "95% interval", "D, description"):
        assert text in told
    [(definition,)] = query(
        shop, "select definition from review.dim_questions where question_id = 'K010'"
    )
    assert definition in told
    assert "sales: as of 2026-07-01, published" in told
    tab.move_to("h1")
    assert tab.run(f"{PANEL}.hidden")

    tab.run("document.getElementById('period').focus()")
    tab.press("Tab")
    assert not tab.run(f"{PANEL}.hidden")
    assert "K001" in tab.run(f"{PANEL}.textContent")
    tab.press("Enter")
    tab.move_to("h1")
    assert not tab.run(f"{PANEL}.hidden")
    tab.press("Escape")
    assert tab.run(f"{PANEL}.hidden")
    assert tab.run("document.activeElement.dataset.question") == "K001"


@needs_browser
def test_one_period_is_shown_and_another_can_be_picked(shop: Paths, tab: Browser) -> None:
    visible = "[...document.querySelectorAll('article:not([hidden])')].map((each) => each.id)"
    tab.open(shop.page.as_uri())
    assert tab.run(visible) == [DEFAULT]
    tab.run("""
        (() => {
            const picker = document.getElementById("period");
            picker.value = "2026Q1";
            picker.dispatchEvent(new Event("change"));
        })()
    """)
    assert tab.run(visible) == ["2026Q1"]
    tab.open("about:blank")
    tab.open(f"{shop.page.as_uri()}#2025H2")
    assert tab.run(visible) == ["2025H2"]
    assert tab.run("document.getElementById('period').value") == "2025H2"


@needs_browser
def test_long_lists_begin_short_on_a_screen_alone(copied: Paths, tab: Browser) -> None:
    damage(
        copied,
        "insert into review.fct_answers select answers.* replace (scope || i as scope) "
        "from review.fct_answers as answers, range(20) as many(i) where question_id = 'K010'",
    )
    tab.open(render(copied).as_uri())
    rows = f"""
        [...document.querySelectorAll("[data-period='{DEFAULT}'] tr[data-question=K010]")]
            .filter((row) => row.getBoundingClientRect().height > 0).length
    """
    more = f"""
        document.querySelector("[data-period='{DEFAULT}'] tr[data-question=K010]")
            .closest("tbody").querySelector("button.more")
    """
    assert tab.run(rows) == ANSWERS_AT_ONCE
    tab.run(f"({more}).click()")
    assert tab.run(rows) == 21
    tab.run(f"({more}).click()")
    tab.ask("Emulation.setEmulatedMedia", media="print")
    assert tab.run(rows) == 21
    tab.ask("Emulation.setEmulatedMedia", media="")


@needs_browser
def test_it_prints(shop: Paths, tab: Browser) -> None:
    """One period on a few sheets, without what only a screen can do."""
    tab.open(shop.page.as_uri())
    tab.ask("Emulation.setEmulatedMedia", media="print")
    assert tab.run("getComputedStyle(document.querySelector('.picker')).display") == "none"
    assert tab.run("getComputedStyle(document.querySelector('th.wide')).display") == "table-cell"
    printed = tab.ask("Page.printToPDF", preferCSSPageSize=True)["data"]
    assert printed.startswith("JVBERi0")
    tab.ask("Emulation.setEmulatedMedia", media="")


@needs_browser
def test_text_from_the_data_is_text(copied: Paths, tab: Browser) -> None:
    damage(
        copied,
        f"update core.dim_regions set macro_region_name = $${HOSTILE}$$",
        f"update review.dim_questions set name_en = $${HOSTILE}$$, definition = $${HOSTILE}$$",
        f"update review.dim_answers set label_en = $$'\">{HOSTILE}$$, label_zh = $${HOSTILE}$$",
        f"update review.fct_answers set note = $$'\">{HOSTILE}$$, scope = scope || $$'{HOSTILE}$$ "
        "where question_id = 'K010'",
        f"insert into meta.publications by name select * replace ('held' as status, "
        f"$${HOSTILE}$$ as reason) from meta.publications where mart = 'sales'",
    )
    tab.complaints.clear()
    tab.open(render(copied).as_uri())
    tab.run("document.querySelectorAll('a[data-details]').forEach((link) => link.click())")
    assert tab.run("document.title") == "Operations review 运营复盘"
    assert tab.run("document.scripts.length") == 1
    assert HOSTILE in tab.run("document.body.textContent")
    assert tab.complaints == []


@needs_browser
def test_a_shop_without_targets_or_categories_has_a_page(
    warehouse: Paths, tab: Browser, tmp_path: Path
) -> None:
    """Orders alone: what they do not tell is said, not drawn."""
    paths = copy(warehouse, tmp_path / "data")
    tab.complaints.clear()
    tab.open(render(paths).as_uri(), width=375)
    assert tab.complaints == []
    assert tab.run("document.documentElement.scrollWidth") <= 375
    said = tab.run("document.querySelector('article:not([hidden])').innerText")
    assert "First half of 2011" in said
    assert "not measurable" in said.lower()
    empty = tab.run("""
        [...document.querySelectorAll("figure")].filter((chart) =>
            !chart.querySelector(".mark") && !chart.querySelector(".missing")).length
    """)
    assert empty == 0


# --- what it says


def test_what_is_not_published_is_left_out_with_a_sentence(copied: Paths) -> None:
    tables = ("fct_growth_drivers", "fct_sales_growth", "fct_target_attainment")
    damage(copied, *(f"drop table if exists sales.{table}" for table in tables))
    said = text_of(copied)
    for table in tables:
        assert f"because sales.{table} has not been published yet" in said


def test_a_held_mart_says_since_when_and_why(copied: Paths) -> None:
    damage(
        copied,
        "insert into meta.publications by name select * replace ('held' as status, "
        "timestamp '2026-07-02 06:00' as since, 'lines_add_up_to_orders: 1 row' as reason) "
        "from meta.publications where mart = 'sales'",
    )
    said = text_of(copied)
    assert "sales is held by its gate since 2026-07-02 06:00 UTC: lines_add_up_to_orders" in said
    assert "last good ones, as of 2026-07-01" in said


def test_a_mart_held_by_a_run_that_published_nothing_says_so(copied_warehouse: Paths) -> None:
    """The serving file is the old one, so the page has it from the history."""
    paths = copied_warehouse
    served = paths.serving.read_bytes()
    record_held(paths, LATER, "sales", "lines_add_up_to_orders: 1 row")
    keep_up(paths)
    page = " ".join(re.sub(r"<[^>]+>", " ", paths.page.read_text()).split())
    held = "sales is held by its gate since 2100-07-02 06:00 UTC: lines_add_up_to_orders: 1 row"
    assert held in page
    assert paths.serving.read_bytes() == served


def test_a_version_brought_back_says_so(copied_warehouse: Paths, emporium: Emporium) -> None:
    paths = copied_warehouse
    publish(paths, LATER, {"core": Project(paths, SOURCE).marts["core"]})
    keep_up(paths)
    assert "rolled back" not in paths.page.read_text()
    back = emporium(paths, "rollback")
    assert back.returncode == 0, back.stderr
    assert "rolled back" in paths.page.read_text()


def test_only_what_is_alike_is_subtracted(copied: Paths) -> None:
    damage(
        copied,
        "update review.fct_answers set value = 0.9, comparison_value = 0.025 "
        "where question_id = 'K010'",
    )
    assert "+87.5 pp on 2025H1" in text_of(copied)
    damage(
        copied,
        "update review.fct_answers set comparison = 'phased_plan' where question_id = 'K010'",
    )
    said = text_of(copied)
    assert "phased plan: 2.5%" in said
    assert "+87.5 pp" not in said


def test_what_cannot_be_measured_says_why(copied: Paths) -> None:
    damage(
        copied,
        "update review.fct_answers set value = null, note = 'no order is old enough' "
        "where question_id = 'K010'",
    )
    said = text_of(copied)
    assert "not measurable" in said
    assert "no order is old enough" in said


def test_what_is_set_aside_stands_beside_the_answers_that_it_could_move(copied: Paths) -> None:
    [(value,)] = query(
        copied,
        "select value from review.fct_answers "
        f"where (period, question_id, scope) = ('{DEFAULT}', 'K001', 'gmv_paid')",
    )
    damage(copied, "update review.fct_answers set set_aside_amount = 0")
    assert "暂挂" not in text_of(copied)
    damage(
        copied,
        "update review.fct_answers set set_aside_amount = case when "
        f"period = '{DEFAULT}' then 1234.50 else 0 end",
    )
    assert text_of(copied).count("Set aside 暂挂 : 1,234.50.") == 1
    page = render(copied).read_text()
    low, high = (shown(value + by, "money") for by in (-1234.5, 1234.5))
    moved = json.dumps(f"{low} to {high}")
    assert f'["Could move \\u53ef\\u80fd\\u53d8\\u52a8", {moved}]' in page
    # A share has no money to move by.
    shares = re.findall(r"data-question=\"K010\"[^>]*data-details='([^']*)'", page)
    assert shares
    assert not any("Could move" in details for details in shares)
    printed = " ".join(review(copied, "--question", "K001").stdout.split())
    assert "Set aside 暂挂 in the period: 1,234.50" in printed
    assert "could move" in printed


def test_the_same_publication_makes_the_same_page(copied: Paths) -> None:
    page = render(copied)
    first = page.stat()
    assert render(copied) == page
    assert page.stat().st_ino == first.st_ino
    damage(copied, "update review.fct_answers set value = value + 1 where question_id = 'K001'")
    render(copied)
    assert page.stat().st_ino != first.st_ino
    assert [file.name for file in page.parent.iterdir() if file.name.startswith(".")] == []


def test_a_page_that_cannot_be_made_changes_nothing(
    copied: Paths, caplog: pytest.LogCaptureFixture
) -> None:
    page = render(copied)
    before = page.read_bytes()
    damage(copied, "alter table core.dim_periods drop column is_settled")
    published = copied.serving.read_bytes()
    keep_up(copied)
    assert "the published marts are untouched" in caplog.text
    assert page.read_bytes() == before
    assert copied.serving.read_bytes() == published
    assert "the published marts are untouched" in refused(copied, "--page")


def test_without_anything_published_nothing_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep_up(Paths(tmp_path))
    assert caplog.text == ""
    assert "make refresh" in refused(Paths(tmp_path), "--page")


def test_it_is_written_on_demand(copied: Paths) -> None:
    done: subprocess.CompletedProcess[str] = review(copied, "--page")
    assert done.returncode == 0, done.stderr
    assert str(copied.page) in done.stdout
    assert copied.page.exists()


def test_a_run_ends_with_its_page(storefront: Paths) -> None:
    """Rendered by the run itself, of what it published, with what its gates said."""
    assert storefront.page.read_text().startswith("<!doctype html>")
    assert "held by its gate" not in storefront.page.read_text()


def test_no_personal_value_is_on_it(shop: Paths) -> None:
    page = shop.page.read_text()
    assert not re.search(r"\b1[3-9]\d{9}\b", page)
    assert "@" not in re.sub(r"@(media|page)", "", page)
    persons = query(shop, "select person_id from members.dim_members limit 50")
    assert not any(person in page for (person,) in persons)


# --- arithmetic


def test_words_and_changes() -> None:
    assert words("net_sales_by_order_date") == "Net sales by order date"
    assert words("h5") == "H5"
    assert period_names("2026Q2", "quarter") == ("Quarter 2 of 2026", "2026年第二季度")
    assert period_names("2025H2", "half") == ("Second half of 2025", "2025年下半年")
    assert period_names("2025-11", "month") == ("November 2025", "2025年11月")


def test_changes() -> None:
    assert change(110, 100, "money", "increase") == ("+10.0%", "good")
    assert change(90, 100, "money", "increase") == ("-10.0%", "bad")
    assert change(0.4, 0.5, "share", "decrease") == ("-10.0 pp", "good")
    assert change(0.5, 0.4, "share", "decrease") == ("+10.0 pp", "bad")
    assert change(0.5, 0.4, "share", None) == ("+10.0 pp", "level")
    assert change(0.02, 0, "share", "increase") == ("+2.0 pp", "good")
    # What rounds to nothing.
    assert change(100, 100, "count", "increase") == ("0.0%", "level")
    assert change(99.99, 100, "count", "increase") == ("0.0%", "level")
    assert change(0.50001, 0.5, "share", "decrease") == ("0.0 pp", "level")
    assert [signed(each, 0) for each in (-0.4, 0, 0.6, -1234)] == ["0", "0", "+1", "-1,234"]
    # What there is nothing to compare with.
    assert change(-0.02, 0, "percentage_points", "increase") == ("", "")
    nothing = change(1, 0, "money", "increase"), change(None, 1, "money", "increase")
    assert nothing == (("", ""), ("", ""))


@pytest.mark.parametrize(
    ("unit", "text"),
    [("money", "0.00"), ("share", "0.0%"), ("relative_change", "0.0%"), ("count", "0"),
     ("percentage_points", "0.0 pp"), ("ratio", "0.00"), ("seconds", "0.0 seconds")],
)  # fmt: skip
def test_what_rounds_to_nothing_has_no_sign(unit: str, text: str) -> None:
    assert [shown(each, unit) for each in (-0.0001, 0.0, 0.0001)] == [text] * 3


@pytest.mark.parametrize(
    ("direction", "lift", "is_called", "tone"),
    [
        ("increase", 0.1, True, "plus"),
        ("increase", -0.1, True, "minus"),
        ("decrease", -0.1, True, "plus"),
        ("decrease", 0.1, True, "minus"),
        ("decrease", -0.1, False, "base"),
    ],
)
def test_an_arm_is_good_or_bad_by_its_metric(
    direction: str, lift: float, is_called: bool, tone: str
) -> None:
    began = datetime(2026, 3, 1)
    row = {
        "relative_lift": lift, "relative_lift_low": lift - 0.05, "relative_lift_high": lift + 0.05,
        "has_sample_ratio_mismatch": False, "is_called": is_called, "metric_id": "refund_rate",
        "adjusted_p_value": 0.01, "person_count": 1000, "several_arms_person_count": 0,
        "minimum_detectable_lift": 0.04, "started_at": began, "ended_at": began,
        "experiment_name": "Checkout", "arm": "one_page", "direction": direction,
    }  # fmt: skip
    assert _arm(row, axis_of([-0.2, 0.2])).tone == tone


def test_a_change_is_good_or_bad_by_what_its_answer_is_about(shop: Paths) -> None:
    directions = {
        (question, scope): direction
        for question, scope, direction in query(
            shop, "select question_id, scope, direction from review.dim_answers"
        )
    }
    rows = re.findall(
        r'data-question="(K\d+)" data-scope="([^"]*)">(.*?)</tr>', shop.page.read_text(), re.DOTALL
    )
    seen = {
        (directions[question, unescape(scope)], text[0] if text[0] in "+-" else "0", tone)
        for question, scope, row in rows
        for tone, text in re.findall(r'<span class="(good|bad|level)">([^<]+)</span>', row)
    }
    told = {
        ("increase", "+", "good"), ("increase", "-", "bad"),
        ("decrease", "-", "good"), ("decrease", "+", "bad"),
    }  # fmt: skip
    assert seen >= told
    assert {tone for _, _, tone in seen - told} <= {"level"}
    assert {sign for direction, sign, _ in seen - told if direction} <= {"0"}


def test_a_measure_is_good_if_it_reaches_its_plan(shop: Paths) -> None:
    planned = re.findall(r'<span class="(\w+)">([\d.]+)%</span> of the plan', shop.page.read_text())
    told = {(tone, float(share) > 100) for tone, share in planned if float(share) != 100}
    assert told == {("good", True), ("bad", False)}


def test_nothing_has_no_sign(shop: Paths) -> None:
    page = re.sub(r"<(style|script).*?</\1>", "", shop.page.read_text(), flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", page)
    assert re.findall(r".{20}(?<![\w.])[-+]0(?:\.0+)?(?![\d.,]).{20}", text) == []


def test_axes() -> None:
    assert axis_of([3, -1]) == Axis(-1, 3)
    assert axis_of([]).at(0) == 0
    assert Axis(-1, 3).bar(0, -1) == (0, 25)
    assert Axis(-1, 3).zero == 25
    assert waterfall_axis([100, 200, 140]) == Axis(0, 200)
    cut = waterfall_axis([1000, 1010, 1005])
    assert cut == Axis(995, 1010)
    assert cut.zero is None
    assert waterfall_axis([0, 5, 2]).zero == 0


def test_intervals_are_those_of_another_implementation() -> None:
    from statsmodels.stats.proportion import proportion_confint

    for count, n in ((0, 10), (3, 40), (500, 1000), (7, 7)):
        assert wilson(count, n) == pytest.approx(
            proportion_confint(count, n, method="wilson"), abs=1e-9
        )


def chart(paths: Paths, name: str) -> str:
    """A chart of the default period, as HTML."""
    article = render(paths).read_text().split(f'<article id="{DEFAULT}"')[1].split("</article>")[0]
    [figure] = re.findall(rf'<figure[^>]*data-chart="{name}">.*?</figure>', article, re.DOTALL)
    return str(figure)


def test_an_effect_is_coloured_once_it_is_called(copied: Paths) -> None:
    """And a broken split of the sample is marked, whatever its lift."""
    damage(
        copied,
        "update channels.fct_experiment_results set is_called = arm = 'one_click', "
        "has_sample_ratio_mismatch = experiment_id = 'storefront:detail_page'",
    )
    figure = chart(copied, "experiments")
    [(arms, of_detail_page)] = query(
        copied,
        "select count(*), count(*) filter (where experiment_id = 'storefront:detail_page') "
        "from channels.fct_experiment_results where metric_role = 'primary' and segment = 'all' "
        "and relative_lift is not null",
    )
    assert figure.count('class="mark ') == arms
    assert figure.count('class="mark plus"') == 1
    # In the name as it is written, and as it is read aloud.
    assert figure.count("⚠</") == of_detail_page == 2
    assert figure.count("the arms do not have the numbers of persons") == of_detail_page


def test_funnels_and_losses_are_those_of_their_tables(shop: Paths) -> None:
    [(began, paid)] = query(
        shop,
        "select sum(entrant_count) filter (where step_number = 1), "
        "sum(converted_count) filter (where next_step_name = 'pay') "
        "from channels.fct_funnel_segments "
        f"where funnel_id = 'checkout' and segment_kind = 'terminal' and period = '{DEFAULT}'",
    )
    figure = chart(shop, "funnel_checkout")
    assert f'<span class="amount">{began:,}</span>' in figure
    assert f'<span class="amount">{shown(paid / began, "share")}</span>' in figure
    [(lost,)] = query(
        shop, f"select max(lost_amount) from channels.fct_loss_nodes where period = '{DEFAULT}'"
    )
    assert f'<span class="amount">{lost:,.0f}</span>' in chart(shop, "losses")
