"""Runs the main job in this process, and shows what came of it."""

import logging
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stdout
from datetime import UTC, datetime
from multiprocessing.util import _exit_function  # pyrefly: ignore[missing-module-attribute]
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.engines import engine_of
from orchestration.errors import EmporiumError
from orchestration.paths import CODE_DIR, PROJECT_DIR, Paths

if TYPE_CHECKING:
    from dagster import ExecuteInProcessResult

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Emporium: land, build, gate, publish.",
)

Source = Annotated[str, typer.Option(help="Run with this source system alone.")]
Target = Annotated[str, typer.Option(help="Target of the profile: what to build on.")]
Question = Annotated[str, typer.Option(help="Show answers to this question alone.")]
Period = Annotated[str, typer.Option(help="Show answers for this period alone.")]
Raw = Annotated[str, typer.Option(help="Folder with exports of that system, landed first.")]


@app.command()
def run(
    source: Source = "",
    raw: Raw = "",
    as_of: Annotated[str, typer.Option(help="First day not covered, YYYY-MM-DD.")] = "",
    target: Target = "",
) -> None:
    """Run the main job: land, build, gate, publish. Ends with what readers now find."""
    with _told():
        _require_day(as_of)
        _choose(target)
        with _one_run(source) as paths:
            result = _execute(paths, _run_config(source, raw, as_of))
            from orchestration.summary import held, show

            show(paths, result.run_id)
            if not result.success:
                raise EmporiumError(held(paths, result.run_id) or _reason(result))


@app.command()
def rollback(target: Target = "") -> None:
    """Make the version before the present one readable again."""
    from orchestration.basis import forget
    from orchestration.locking import only_writer
    from orchestration.progress import shown
    from reports.page import keep_up

    with _told():
        _choose(target)
        paths = Paths.from_environment()
        engine = engine_of(paths)
        engine.require()
        with only_writer(paths), closing(engine):
            version = engine.rollback(datetime.now(UTC).replace(tzinfo=None))
            forget(paths)
            with shown():
                keep_up(paths)
        typer.echo(f"Version {version} is readable again. {engine.readers}")


@app.command("try")
def try_(
    models: Annotated[list[str], typer.Argument(help="Names of models or seeds.")],
    source: Source = "",
    as_of: Annotated[str, typer.Option(help="First day not covered, YYYY-MM-DD.")] = "",
    question: Question = "",
    period: Period = "",
) -> None:
    """Build models and all that follows from them; show what it changes. Publishes nothing."""
    from orchestration.basis import forget
    from orchestration.comparing import changes
    from orchestration.locking import only_writer
    from orchestration.progress import shown
    from orchestration.project import Project

    with _told():
        _require_day(as_of)
        os.environ["EMPORIUM_SOURCE"] = source
        project = Project.from_environment()
        with only_writer(project.paths), shown():
            from orchestration.trying import build

            # The next run is to build what has been tried as it will be then.
            forget(project.paths)
            done = build(project, models, as_of)
        from orchestration.summary import show_changes, show_outcomes

        show_outcomes(done)
        if not all(each.is_well for each in done):
            log = project.paths.target / "try" / "dbt.log"
            raise EmporiumError(f"What is to follow was not built: dbt's log is {log}.")
        built = {each.node.rpartition(".")[2] for each in done}
        tables = {
            f"{mart}.{table}"
            for mart, tables in project.marts.items()
            for table in tables
            if table in built
        }
        if tables:
            show_changes(changes(project.paths, project.marts, only=tables), question, period)
        typer.echo("Nothing of it is gated or published yet: `make refresh` does that.")


@app.command()
def diff(
    source: Source = "",
    against: Annotated[str, typer.Option(help="A build file or a published version.")] = "",
    question: Question = "",
    period: Period = "",
) -> None:
    """Show what the build file holds otherwise than readers have it: tables, and answers."""
    from orchestration.comparing import changes
    from orchestration.project import Project
    from orchestration.summary import show_changes

    with _told():
        os.environ["EMPORIUM_SOURCE"] = source
        project = Project.from_environment()
        file = Path(against).resolve() if against else None
        show_changes(changes(project.paths, project.marts, file), question, period)


@app.command()
def dev(
    source: Source = "", port: Annotated[int, typer.Option()] = 3000, target: Target = ""
) -> None:
    """Open Dagster's UI on loopback."""
    with _told():
        _choose(target)
        _prepare(source)
        dagster = Path(sys.executable).with_name("dagster")
        arguments = ["dev", "--host", "127.0.0.1", "--port", str(port)]
        os.chdir(PROJECT_DIR)
        os.execv(dagster, [str(dagster), *arguments])  # noqa: S606


@app.command()
def prepare(source: Source = "", target: Target = "") -> None:
    """Parse the dbt project, so that runs need not."""
    with _told():
        _choose(target)
        _prepare(source)


@contextmanager
def _told() -> Iterator[None]:
    """A user's mistake is one sentence and a non-zero exit."""
    code = 0
    try:
        yield
    except EmporiumError as error:
        typer.secho(f"Error: {error}", fg="red", err=True)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    # Libraries of the gates report leaks of their own when the interpreter shuts down; the locks of
    # dbt would be reported as leaks unless they are let go of.
    _exit_function()
    os._exit(code)


def _choose(target: str) -> None:
    """Names the target to this process and its children; the environment's unless one is given."""
    if target:
        os.environ["EMPORIUM_TARGET"] = target


def _prepare(source: str) -> Paths:
    """Settings of this run for this process and its children, dbt's manifest and Dagster's home."""
    from orchestration.landing import check_writable
    from orchestration.project import Project

    os.environ["EMPORIUM_SOURCE"] = source
    project = Project.from_environment()
    check_writable(project.paths)
    engine_of(project.paths).require()
    project.prepare()
    home = project.paths.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(CODE_DIR / "orchestration" / "dagster.yaml", home / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    return project.paths


@contextmanager
def _one_run(source: str) -> Iterator[Paths]:
    """A prepared project that no other run is writing."""
    from orchestration.landing import check_writable
    from orchestration.locking import only_writer

    paths = Paths.from_environment()
    check_writable(paths)
    with only_writer(paths), closing(engine_of(paths)) as engine:
        engine.make_way()
        yield _prepare(source)


def _require_day(as_of: str) -> None:
    if as_of:
        try:
            datetime.strptime(as_of, "%Y-%m-%d")
        except ValueError:
            raise EmporiumError(
                f"AS_OF is '{as_of}', which is no day: write it as YYYY-MM-DD."
            ) from None


def _run_config(source: str, raw: str, as_of: str) -> dict[str, Any]:
    delivery = {"system": source, "folder": str(Path(raw).resolve()) if raw else ""}
    if raw and not source:
        raise EmporiumError("RAW needs SOURCE: name the system that the exports come from.")
    return {
        "ops": {"land": {"config": delivery}, "build": {"config": {"as_of": as_of}}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }


def _execute(paths: Paths, run_config: dict[str, Any]) -> "ExecuteInProcessResult":
    from orchestration.progress import shown

    log = paths.build / "run.log"
    # dbt's own output, line by line, is for the log: on the screen there is one line a step.
    with shown(), log.open("w") as opened, redirect_stdout(opened):
        import dagster as dg

        from orchestration.definitions import defs

        # A run that finds nothing to do asks no gate and publishes nothing, of which Dagster warns.
        logging.getLogger("dagster._core.execution.plan.active").setLevel(logging.ERROR)
        with dg.DagsterInstance.get() as instance:
            return defs.resolve_job_def("refresh").execute_in_process(
                run_config=run_config, instance=instance, raise_on_error=False
            )


def _reason(result: "ExecuteInProcessResult") -> str:
    """Why a run is red: the sentences of its failed steps."""
    sentences = []
    for event in result.all_events:
        if event.is_step_failure:
            failure = event.step_failure_data
            user, error = failure.user_failure_data, failure.error
            if user is not None and user.description:
                sentences.append(user.description)
            elif error is not None:
                while error.cause is not None:
                    error = error.cause
                sentences.append(error.message.strip())
    return (
        " ".join(dict.fromkeys(sentences)) or "The run did not start; look at it with `make dev`."
    )
