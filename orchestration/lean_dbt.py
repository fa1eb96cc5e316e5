"""`python -m orchestration.lean_dbt ...`: dbt, spared what nobody asks for.

Of a build of few rows, three tenths. What dbt says, makes and writes is the same. Each function is
applied once to a process; what it replaces is dbt's own, of the version in `requirements.lock`.
"""

import gc
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Any


@cache
def spare_work() -> None:
    """From now on dbt does in this process only what is asked for."""
    spare_events()
    spare_types()
    spare_macros()
    spare_templates()
    spare_pieces()
    spare_parsing()
    # What dbt knows of the project is many objects that all stay: to look through them for garbage
    # as often as Python does finds nothing more.
    gc.set_threshold(100_000, 20, 50)


def spare_events() -> None:
    """No message is made of an event that no log takes.

    dbt makes one of each, several for every statement, and a line of each message, before it asks
    whether a log takes events of that level.
    """
    from dbt_common.events.base_types import BaseEvent
    from dbt_common.events.event_manager import EventManager

    make = BaseEvent.__init__

    def keep(event: Any, *words: Any, **named: Any) -> None:
        vars(event)["_words"] = words, named

    def read(event: Any, name: str) -> Any:
        """What an event has not yet: its message, and what that says."""
        if name == "pb_msg":
            if "_words" not in vars(event):
                raise AttributeError(name)
            words, named = vars(event).pop("_words")
            make(event, *words, **named)
            return vars(event)["pb_msg"]
        return getattr(event.pb_msg, name)

    BaseEvent.__init__ = keep
    BaseEvent.__getattr__ = read  # pyrefly: ignore[bad-assignment]
    EventManager.fire_event = if_heard(EventManager.fire_event)


def if_heard(fire: Callable[..., None]) -> Callable[..., None]:
    """`EventManager.fire_event`, but for details that no log takes."""
    from dbt.tracking import track_behavior_change_warn
    from dbt_common.events.base_types import EventLevel

    detailed = {EventLevel.DEBUG, EventLevel.TEST}

    def fire_if_heard(
        manager: Any, e: Any, level: EventLevel | None = None, *more: Any, **named: Any
    ) -> None:
        # dbt's own listener waits for warnings.
        listening = any(each is not track_behavior_change_warn for each in manager.callbacks)
        heard = listening or any(log.level in detailed for log in manager.loggers)
        if heard or (level or e.level_tag()) != EventLevel.DEBUG:
            fire(manager, e, level, *more, **named)

    return fire_if_heard


def spare_types() -> None:
    """What tells the types of a result is made once for results of the same text columns.

    It holds a parser of dates in any language, which takes longer to make than a table of few rows.
    """
    from dbt_common.clients import agate_helper

    make = lru_cache(agate_helper.build_type_tester)

    def build_type_tester(
        text_columns: Iterable[str], string_null_values: Iterable[str] | None = ("null", "")
    ) -> Any:
        null_values = None if string_null_values is None else tuple(string_null_values)
        return make(frozenset(text_columns), null_values)

    agate_helper.build_type_tester = build_type_tester


def spare_macros() -> None:
    """A node is given the macros that it calls, and not all that there are.

    dbt gives it all of the project, of its adapters and of its own twice, once to compile and once
    to run, and Python then has to find out that nobody needs them.
    """
    from dbt.clients.jinja import MacroGenerator
    from dbt.context.macros import MacroNamespace
    from dbt.context.manifest import ManifestContext
    from dbt_common.clients.jinja import MacroFuzzTemplate, NativeSandboxTemplate

    build = ManifestContext._build_namespace
    # Which macro a name means depends on the project and the package of the node alone.
    meant: dict[tuple[str, str], tuple[list[int], MacroNamespace]] = {}

    def build_namespace(context: Any) -> MacroNamespace:
        by_package = context.manifest.get_macros_by_package()
        present = [id(macro) for package in by_package.values() for macro in package.values()]
        of = context.config.project_name, context.search_package
        if of not in meant or meant[of][0] != present:
            meant[of] = present, build(context)

        def made(given: Mapping[str, Any]) -> Any:
            return Made(given, lambda name: MacroGenerator(given[name].macro, ctx, node, stack))

        all_ = meant[of][1]
        namespace = MacroNamespace(
            made(all_.global_namespace),
            made(all_.local_namespace),
            made(all_.global_project_namespace),
            {package: made(given) for package, given in all_.packages.items()},
        )
        ctx = context._ctx = Made(namespace, namespace.__getitem__)
        node, stack = getattr(context, "model", None), context.macro_stack
        # What a macro is named like, it stands in place of: dbt copies what has been made.
        for name in context._context_members_:
            namespace.get(name)
        return namespace

    ManifestContext._build_namespace = build_namespace  # pyrefly: ignore[bad-assignment]
    # Arguments of data tests come out of templates that would read a copy of what has been made.
    new_context: Any = MacroFuzzTemplate.new_context
    NativeSandboxTemplate.new_context = new_context


def spare_templates() -> None:
    """A template is compiled once, and not in each process: Jinja keeps what it has compiled.

    It lies where Jinja has it by default, in a folder for temporary files that is this user's own,
    and is of one version of Jinja and dbt.
    """
    from importlib.metadata import version

    from dbt_common.clients.jinja import MacroFuzzEnvironment
    from jinja2 import FileSystemBytecodeCache

    try:
        kept = FileSystemBytecodeCache()
    except (OSError, RuntimeError):  # There is no such folder, and none can be made.
        return
    compile_ = MacroFuzzEnvironment.compile
    versions = f"{version('jinja2')} {version('dbt-common')}"

    def compile_once(environment: Any, source: str) -> Any:
        # Templates of a value and templates of a text compile to other code.
        name = f"{versions} {type(environment).__name__} {source}"
        bucket = kept.get_bucket(environment, name, None, source)
        if bucket.code is None:
            bucket.code = compile_(environment, source)
            with suppress(OSError):
                kept.set_bucket(bucket)
        return bucket.code

    MacroFuzzEnvironment.compile = compile_once  # pyrefly: ignore[bad-assignment]


def spare_pieces() -> None:
    """A file of what dbt knows is written in one go: in pieces, it takes as long as a build."""
    from dbt.artifacts.schemas import base as artifacts
    from dbt_common.utils.encoding import JSONEncoder

    def write_json(path: str, data: dict[str, Any]) -> bool:
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(data, cls=JSONEncoder), encoding="utf-8")
        return True

    vars(artifacts)["write_json"] = write_json


def spare_parsing() -> None:
    """What a unit test gives, or an ephemeral model, goes before a query without parsing all of it.

    Of a query that begins with its CTEs, dbt needs to know just that.
    """
    from dbt import compilation

    name = "inject_ctes_into_sql"
    vars(compilation)[name] = put_first(vars(compilation)[name])


def put_first(inject: Callable[..., str]) -> Callable[..., str]:
    """`inject_ctes_into_sql`, of a query whose beginning says enough."""

    def put(sql: str, ctes: list[Any]) -> str:
        begin = re.match(r"\s*with\s+(recursive\s+)?", sql, re.IGNORECASE)
        if not begin or not ctes or ";" in sql:
            return inject(sql, ctes)
        return f"{begin[0]}{', '.join(cte.sql for cte in ctes)}, {sql[begin.end() :]}"

    return put


class Made(dict[str, Any]):
    """What has been made of what there is: the rest is made when it is first asked for."""

    def __init__(self, given: Mapping[str, Any], make: Callable[[str], Any]) -> None:
        super().__init__()
        self.given, self.make = given, make

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.given

    def __missing__(self, name: str) -> Any:
        self[name] = self.make(name)
        return self[name]

    def get(self, name: str, default: Any = None) -> Any:
        """As of any mapping."""
        return self[name] if name in self else default  # noqa: SIM401


if __name__ == "__main__":
    from dbt.cli.main import cli

    spare_work()
    cli(prog_name="dbt")
