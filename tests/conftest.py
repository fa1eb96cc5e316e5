"""The warehouses that tests share: each is built once, whichever process needs it first."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from benchmarks.measure import measure
from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from tests import budget
from tests.project.parsing import place_parsed
from tests.project.running import orchestrate
from tests.shared import FOLDER, once, open_folder
from tests.simulator.golden import MOVES
from tests.simulator.worlds import sample, tell

TESTS = Path(__file__).parent
# In the order in which they start.
LONG = (
    "models/test_golden_answers.py",
    "spark/test_views.py",
    "models/test_increments.py",
    "project/test_dbt.py",
    "spark/test_slice.py",
    "orchestration/test_run.py",
    "project/test_rules.py",
    "simulator/test_story.py",
    "simulator/test_limits.py",
    "orchestration/test_dagster_ui.py",
    "reports/test_page.py",
    "orchestration/test_odd_rows.py",
    "orchestration/test_orders_alone.py",
    "models/test_landing_page_experiment.py",
    "spark/test_gates.py",
    "analytics/test_experiments.py",
    "orchestration/test_publishing.py",
    "project/test_budgets.py",
    "models/test_click_log.py",
    "models/test_sessions.py",
    "simulator/test_worlds.py",
    "project/test_benchmarks.py",
    "models/test_identity.py",
)
# Files whose tests share one session of Spark, so that one process runs them all.
SHARE_SPARK = {f"tests/spark/test_{name}.py" for name in ("views", "gates", "engines", "computed")}
SOURCE = "online_retail"
Emporium = Callable[..., subprocess.CompletedProcess[str]]


def pytest_configure(config: pytest.Config) -> None:
    """The first process opens the folder that all share."""
    if not hasattr(config, "workerinput"):
        open_folder()
        # Each statement in dbt's log takes as long to write as many take to run.
        os.environ.setdefault("DBT_LOG_LEVEL_FILE", "info")
        # On shops this small, what cores tell one another costs more than they save, and all are
        # busy. `test_the_same_input_builds_the_same_rows` holds one against all of them.
        os.environ.setdefault("EMPORIUM_CORES", "1")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: one that starts last keeps all other processes waiting."""
    place = {file: number for number, file in enumerate(LONG)}
    items.sort(key=lambda item: place.get(str(item.path.relative_to(TESTS)), len(place)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    return LoadSessionScheduling(config, log)


class LoadSessionScheduling(LoadFileScheduling):
    """`--dist loadfile`, but that files which share a session of Spark count as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "spark" if file in SHARE_SPARK else file


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that has paid for more than its budget is red."""
    if not hasattr(session.config, "workerinput"):
        over = list(budget.over(budget.counted(), budget.allowed()))
        if over and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the run has paid for."""
    counts, allowed = budget.counted(), budget.allowed()
    terminalreporter.write_line(budget.said(counts, allowed))
    for excess in budget.over(counts, allowed):
        terminalreporter.write_line(excess, red=True)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of the public data sets."""
    folder = os.environ.get("EMPORIUM_TEST_DATA")
    if not folder:
        pytest.skip("NO REAL DATA: set EMPORIUM_TEST_DATA to the folder of the public data sets")
    return Path(folder).resolve()


@pytest.fixture(scope="session")
def emporium() -> Emporium:
    """Runs `python -m orchestration` as a user would: `emporium(paths, "run", ...)`."""

    def start(
        paths: Paths, *arguments: str, project: Path = PROJECT_DIR, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        if arguments[0] == "run":
            budget.count("runs", " ".join(arguments[1:3]))
        source = arguments[arguments.index("--source") + 1] if "--source" in arguments else None
        with suppress(EmporiumError):  # What the command itself has to say of a wrong name.
            place_parsed(paths, paths.target, Project(paths, source).variables, project)
        return orchestrate(paths, *arguments, project=project, **environment)

    return start


@pytest.fixture(scope="session")
def online_retail(test_data: Path, emporium: Emporium) -> Paths:
    """The data folder of a green run on online_retail. Shared: do not change it."""

    def run(folder: Path) -> None:
        paths = Paths(folder)
        done = emporium(paths, "run", "--source", SOURCE, "--raw", str(test_data / SOURCE))
        assert done.returncode == 0, done.stdout + done.stderr
        (folder / "first_run.txt").write_text(done.stdout)

    return Paths(once("online_retail", run))


@pytest.fixture(scope="session")
def warehouse(online_retail: Paths) -> Paths:
    """The same, where no other warehouse is meant."""
    return online_retail


@pytest.fixture(scope="session")
def small_world() -> Path:
    """A data folder with the default world at the smallest scale: `raw/` and `truth/`."""

    def simulate(folder: Path) -> None:
        tell(folder)

    return once("world", simulate)


@pytest.fixture(scope="session")
def moved_world() -> Path:
    """A small world whose planted figures are others: those of `tests.simulator.golden.MOVES`."""

    def simulate(folder: Path) -> None:
        tell(folder, overrides=list(MOVES))

    return once("moved_world", simulate)


@pytest.fixture(scope="session")
def sampled_world(small_world: Path) -> Path:
    """A data folder with what landed of some persons of the small world, and all kinds of dirt.

    For tests of which dbt is to be the cost, and not the rows.
    """
    return once("sample", lambda folder: sample(small_world, folder))


@pytest.fixture(scope="session")
def storefront(small_world: Path, emporium: Emporium) -> Paths:
    """The data folder of a green run on the small world. Shared: do not change it.

    `starts.json` in it says which programs the run has started, and how often.
    """

    def run(folder: Path) -> None:
        for part in ("raw", "truth"):
            shutil.copytree(small_world / part, folder / part, copy_function=os.link)
        paths = Paths(folder)
        done = emporium(paths, "prepare", "--source", "storefront")
        assert done.returncode == 0, done.stdout + done.stderr
        budget.count("runs", "--source storefront")
        command = [sys.executable, "-m", "orchestration", "run", "--source", "storefront"]
        usage = measure(command, {"EMPORIUM_DATA": str(folder)})
        (folder / "starts.json").write_text(json.dumps(usage.starts))

    return Paths(once("storefront", run))


@pytest.fixture
def copied_warehouse(warehouse: Paths, tmp_path: Path) -> Paths:
    """A copy of the built data folder that a test may change."""
    copy = Paths(tmp_path / "data")
    shutil.copytree(warehouse.data, copy.data)
    return copy
