"""Six Mondays at ten in Berlin, for the stories of series."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.host.service import Service
from tests.support.rig import OWNER

MOVED, CANCELLED = "occurrence.updated", "occurrence.cancelled"
SECOND, THIRD, FOURTH = "20310113T090000Z", "20310120T090000Z", "20310127T090000Z"
AT_SECOND, AT_THIRD, AT_FOURTH = (f"2031-01-{day}T09:00:00Z" for day in (13, 20, 27))
HEAD = ["RRULE:FREQ=WEEKLY;UNTIL=20310119T225959Z"]  # the last second of the day before, in Berlin


def hours(day: str, at: str = "10") -> dict[str, Any]:
    """An hour of that day; in winter, unless the day says otherwise, the zone is an hour before UTC."""
    zone = "Europe/Berlin"
    return {
        "start": {"dateTime": f"{day}T{at}:00:00", "timeZone": zone},
        "end": {"dateTime": f"{day}T{int(at) + 1:02}:00:00", "timeZone": zone},
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
    """What was pushed of this conference since the last look, and of which occurrence."""
    return [(kind, occurrence) for kind, name, occurrence in service.told() if name == room]


def dated(service: Service, master: str, start: str) -> str:
    """The id of a series' instance."""
    found = service.people().instances(master, originalStart=start, showDeleted="true")
    return str(found[0]["id"])


def split(service: Service, master: str, slot: str = AT_THIRD, **change: Any) -> str:
    """As Calendar's own page does "this and following": both parts at once."""
    wish = {"calendarId": OWNER, "instanceId": dated(service, master, slot), "change": change}
    return str(service.control("split", **wish)["id"])


def add_tail(service: Service, room: str, **change: Any) -> str:
    """The later part as every program makes it: an event of its own, which takes the conference along."""
    rule = ["RRULE:FREQ=WEEKLY;COUNT=4"]
    return service.people().add(
        room, **{"summary": "Tail", "recurrence": rule, **hours("2031-01-20"), **change}
    )


def shorten(service: Service, master: str) -> None:
    service.people().change(master, recurrence=HEAD)


def begun(service: Service, room: str) -> tuple[str, datetime]:
    """A series of every day that began three weeks ago, and its date a week from now."""
    first = (datetime.now(UTC) - timedelta(weeks=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    made = service.people().add(room, summary="Daily", recurrence=["RRULE:FREQ=DAILY"], **an_hour(first))
    return made, first + timedelta(weeks=4)


def an_hour(start: datetime) -> dict[str, Any]:
    slots = {"start": start, "end": start + timedelta(hours=1)}
    return {name: {"dateTime": slot.isoformat(), "timeZone": "UTC"} for name, slot in slots.items()}
