"""A series that the conference system knows."""

from tests.support.rig import Rig

WEEKLY = ["RRULE:FREQ=WEEKLY;COUNT=6"]


def weekly(house: Rig, room: str | None) -> tuple[str, str]:
    """The series, and the id of its second instance."""
    start = "2031-01-06T10:00:00+01:00"
    zone = "Europe/Berlin"
    series = house.people().add(
        room,
        recurrence=WEEKLY,
        start={"dateTime": start, "timeZone": zone},
        end={"dateTime": "2031-01-06T11:00:00+01:00", "timeZone": zone},
    )
    house.sync()
    house.told()
    return series, f"{series}_20310113T090000Z"
