"""Six Mondays at ten in Berlin, for the stories of series."""

from typing import Any

from tests.host.service import Service

MOVED, CANCELLED = "occurrence.updated", "occurrence.cancelled"
SECOND, THIRD, FOURTH = "20310113T090000Z", "20310120T090000Z", "20310127T090000Z"
AT_SECOND, AT_THIRD = "2031-01-13T09:00:00Z", "2031-01-20T09:00:00Z"


def hours(day: str) -> dict[str, Any]:
    zone = "Europe/Berlin"
    return {
        "start": {"dateTime": f"{day}T10:00:00+01:00", "timeZone": zone},
        "end": {"dateTime": f"{day}T11:00:00+01:00", "timeZone": zone},
    }


def series(service: Service, room: str, *, read: bool = True) -> str:
    """Six Mondays; its system knows of them if they were read."""
    times = hours("2031-01-06")
    made = service.people().add(room, summary="Weekly", recurrence=["RRULE:FREQ=WEEKLY;COUNT=6"], **times)
    if read:
        service.settle()
        service.told()
    return made


def instance(master: str, slot: str) -> str:
    """The id of one date, which is named after the first part of its series."""
    return f"{master.partition('_R')[0]}_{slot}"


def kinds(service: Service, room: str) -> list[tuple[str, str | None]]:
    """What its system was told of this conference since the last look, and of which occurrence."""
    return [(kind, occurrence) for kind, name, occurrence in service.told() if name == room]
