"""dbt tells its logs what they take, and makes nothing of the rest."""

from types import SimpleNamespace
from typing import Any

import pytest
from dbt.tracking import track_behavior_change_warn as own
from dbt_common.events.base_types import EventLevel
from dbt_common.events.types import Formatting, Note

from orchestration.quiet_dbt import if_heard


@pytest.mark.parametrize(
    ("event", "level", "log", "callbacks", "is_heard"),
    [
        (Formatting(msg="a detail"), EventLevel.DEBUG, EventLevel.INFO, [], False),
        (Note(msg="a detail"), None, EventLevel.INFO, [], True),
        (Note(msg="told as a detail"), EventLevel.DEBUG, EventLevel.INFO, [], False),
        (Formatting(msg="a detail"), EventLevel.DEBUG, EventLevel.DEBUG, [], True),
        (Formatting(msg="a detail"), EventLevel.DEBUG, EventLevel.INFO, [print], True),
        (
            Formatting(msg="a detail"),
            EventLevel.DEBUG,
            EventLevel.INFO,
            [own],
            False,
        ),
        (Note(msg="a warning"), EventLevel.WARN, EventLevel.ERROR, [], True),
    ],
)
def test_what_no_log_takes_is_not_made(
    event: Any, level: Any, log: Any, callbacks: list[Any], is_heard: bool
) -> None:
    fired: list[Any] = []
    manager = SimpleNamespace(loggers=[SimpleNamespace(level=log)], callbacks=callbacks)
    if_heard(lambda _, event, *more: fired.append(event))(manager, event, level)
    assert fired == ([event] if is_heard else [])
