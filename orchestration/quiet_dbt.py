"""`python -m orchestration.quiet_dbt ...`: dbt, but that it makes nothing of what no log takes.

dbt makes a message of each of its events, several for every statement, and a line of each message,
before it asks whether a log takes events of that level: a twelfth of a build of few rows.
"""

from collections.abc import Callable
from typing import Any


def spare_events() -> None:
    """From now on this process makes no message of an event that no log takes."""
    from dbt_common.events.event_manager import EventManager

    EventManager.fire_event = if_heard(EventManager.fire_event)  # type: ignore[method-assign]


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


if __name__ == "__main__":
    from dbt.cli.main import cli

    spare_events()
    cli(prog_name="dbt")
