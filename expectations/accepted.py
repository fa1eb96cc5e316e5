"""Days that a gate found odd, and that somebody has looked at and found right.

A marketplace corrects a month, a definition becomes another, a shop closes for the first time: then
the days are written down here, with the reason, and are not judged again. An entry may go once its
days are published and have become a part of what is usual.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Accepted:
    """Days of a measure that are as they should be, however odd.

    Attributes:
        name: the measure, as the names of its expectations begin.
        first: the first of the days.
        last: the last of them.
        reason: why they are right.
    """

    name: str
    first: date
    last: date
    reason: str


ACCEPTED: tuple[Accepted, ...] = ()
