"""Times as numbers: whole microseconds since 1970 UTC, which stores can compare and raise.

A counter that starts at the microsecond of its making is ahead of any earlier one of the same name, because
none is raised as often as once a microsecond.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(when: datetime) -> int:
    return (when - EPOCH) // MICROSECOND


def moment(count: int) -> datetime:
    return EPOCH + count * MICROSECOND
