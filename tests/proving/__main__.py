"""`python -m tests.proving`: which faults of a delivery are stopped before anyone reads them.

Each goes the whole way: what a shop exports is landed, built by dbt and gated against the published
version, but for models that no gate of sales or channels reads.
"""

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from time import monotonic

import duckdb
from rich.console import Console
from rich.table import Table

from expectations.runner import load_suite, run_gate
from orchestration.contracts import TableContract, contracts
from orchestration.engines import Engine, engine_of
from orchestration.errors import EmporiumError
from orchestration.history import Run
from orchestration.landing import land
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from tests.project.batches import BUILD
from tests.project.builds import dbt
from tests.project.parsing import place_parsed
from tests.proving.faults import FAULTS, Fault
from tests.proving.shop import AS_OF, FIRST_DAY, PUBLISHED, export, live
from tests.shared import FOLDER, open_folder

SYSTEM = "storefront"
GATED = ("core", "sales", "channels")
# Gates read what rules found, too.
SELECTED = [*(f"+path:models/marts/{mart}" for mart in GATED), "+path:models/intermediate/rules"]
STOPPED_AT_LEAST = 23


def main(arguments: Sequence[str]) -> int:
    """Prints a table of faults, those whose name holds one of the arguments, or all."""
    wanted = [
        fault
        for fault in FAULTS
        if not arguments or any(argument in fault.name for argument in arguments)
    ]
    table = Table("fault", "delivery", "stopped by", "seconds", title="Faults")
    console = Console(width=160)
    missed, held = [], []
    with shared(), tempfile.TemporaryDirectory(prefix="emporium-prove-") as folder:
        tables = tables_of(Paths(Path(folder) / "parsed"))
        published = _published(Path(folder), tables)
        for number, fault in enumerate(wanted):
            started = monotonic()
            stopped = _stopped(fault, published, Path(folder) / str(number), tables)
            console.print(f"{fault.name}: {', '.join(stopped) or 'published'}")
            seconds = f"{monotonic() - started:.0f}"
            table.add_row(fault.name, fault.mode, "\n".join(stopped) or "-", seconds)
            if fault.is_fault and not stopped:
                missed.append(fault.name)
            if stopped and not fault.is_fault:
                held.append(fault.name)
    console.print(table)
    faults = sum(fault.is_fault for fault in wanted)
    console.print(f"{faults - len(missed)} of {faults} faults stopped; missed: {missed or 'none'}")
    console.print(f"{len(held)} of {len(wanted) - faults} honest deliveries held: {held or 'none'}")
    return int(bool(held) or (not arguments and faults - len(missed) < STOPPED_AT_LEAST))


@contextlib.contextmanager
def shared() -> Iterator[None]:
    folder = open_folder()
    os.environ.setdefault("DBT_LOG_LEVEL_FILE", "info")
    # The salt of a shop of nobody.
    os.environ.setdefault("EMPORIUM_SALT", "proving")
    try:
        yield
    finally:
        shutil.rmtree(os.environ.pop(FOLDER, str(folder)), ignore_errors=True)


def tables_of(paths: Paths) -> tuple[TableContract, ...]:
    """The contracts of what is delivered."""
    project = Project(paths, SYSTEM)
    place_parsed(paths, paths.target, project.variables)
    return contracts(project.manifest, SYSTEM)


def _published(folder: Path, tables: Sequence[TableContract]) -> Paths:
    """A data folder in which the first delivery has been published."""
    paths = Paths(folder / "published")
    failed = _run(Fault("the first delivery", "first", "", is_fault=False), paths, tables)
    if failed:
        raise EmporiumError(f"An honest first delivery is held: {', '.join(failed)}.")
    run = Run("first", datetime.combine(PUBLISHED, time.min), PUBLISHED)
    manifest = json.loads((paths.target / "manifest.json").read_text())
    marts = {
        mart: [
            node["name"]
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model" and node["schema"] == mart
        ]
        for mart in GATED
    }
    engine_of(paths).publish(run, marts)
    return paths


def _stopped(
    fault: Fault, published: Paths, folder: Path, tables: Sequence[TableContract]
) -> list[str]:
    """What stops a fault: expectations, or models and hooks that fail."""
    paths = Paths(folder)
    if fault.mode != "first":
        shutil.copytree(published.data, paths.data)
    try:
        return _run(fault, paths, tables)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(fault: Fault, paths: Paths, tables: Sequence[TableContract]) -> list[str]:
    """Lands and builds what is delivered, and asks the gates."""
    if fault.mode == "built":
        with duckdb.connect(str(paths.warehouse)) as connection:
            connection.execute(fault.sql)
    else:
        delivery = paths.data.with_name(f"{paths.data.name}-delivery")
        with duckdb.connect() as connection:
            live(connection)
            connection.execute(fault.sql)
            export(
                connection,
                delivery,
                since=PUBLISHED if fault.mode == "new" else FIRST_DAY,
                until=PUBLISHED if fault.mode == "first" else AS_OF,
            )
        told = PUBLISHED if fault.mode == "first" else AS_OF
        try:
            land(delivery, tables, paths.raw, datetime.combine(told, time.min))
        except EmporiumError as error:
            return [f"landing: {error}"]
        variables = {**Project(paths, SYSTEM).variables, "as_of": str(told)}
        arguments = ("--vars", json.dumps(variables), "--select", *SELECTED)
        built = dbt(PROJECT_DIR, paths, *BUILD, *arguments)
        failed = [name for name, status in built.results.items() if status in {"error", "fail"}]
        if failed:
            return [f"dbt: {name.split('.')[2]}" for name in failed]
    engine = engine_of(paths)
    as_of = engine.as_of()
    assert as_of
    return _held(paths, engine, as_of) or _refused(paths)


def _held(paths: Paths, engine: Engine, as_of: date) -> list[str]:
    """The expectations that hold a mart."""
    return [
        result.name
        for mart in GATED
        for result in run_gate(
            mart,
            load_suite(mart)(engine.baseline(as_of)),
            engine.tables(),
            paths.data_docs,
            "proving",
        ).results
        if not result.passed
    ]


def _refused(paths: Paths) -> list[str]:
    """Rows that broke their contract, if that is all that came of a delivery.

    What was published still counts then, so that gates have nothing to hold.
    """
    if not paths.serving.exists():
        return []
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        connection.execute(f"attach '{paths.serving}' as serving (read_only)")
        [(quarantined,)] = connection.execute("select count(*) from meta.quarantine").fetchall()
        orders = f"""
            select order_id, gmv_placed_amount, gmv_paid_amount
            from {{}}sales.fct_orders where business_date < date '{PUBLISHED}'
        """
        [(moved,)] = connection.execute(f"""
            with published as ({orders.format("serving.")}), candidate as ({orders.format("")})
            select count(*) from (
                (from published except from candidate) union all
                (from candidate except from published)
            )
        """).fetchall()
    return [f"contract: {quarantined} rows in quarantine"] if quarantined and not moved else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
