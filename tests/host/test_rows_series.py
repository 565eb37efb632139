"""What the changes of a series and of its instances mean, in whichever order they are read."""

import pytest

from tests.host.service import Service
from tests.host.weekly import (
    AT_SECOND,
    CANCELLED,
    MOVED,
    SECOND,
    THIRD,
    hours,
    instance,
    kinds,
    series,
)
from tests.support.rig import OWNER, conference_data

UPDATED, DELETED = "conference.updated", "conference.deleted"


@pytest.mark.parametrize("together", [False, True], ids=["two reads", "one read"])
def test_e13_an_instance_moved(service: Service, *, together: bool) -> None:
    """Its original start names it, whether or not the series was known before; the series stays as it was."""
    room = service.room()
    master = series(service, room, read=not together)
    service.people().change(instance(master, SECOND), summary="Only this", **hours("2031-01-14"))
    service.settle()
    service.sweep()
    assert kinds(service, room) == ([(UPDATED, None)] if together else []) + [(MOVED, AT_SECOND)]
    assert service.state(room) == ("live", "Weekly", 1)
    occurrence = service.seen(room)["occurrences"][AT_SECOND]
    assert (occurrence["status"], occurrence["event"]["title"]) == ("updated", "Only this")


@pytest.mark.parametrize("series_first", [True, False])
def test_e13_series_and_instance_renamed(service: Service, *, series_first: bool) -> None:
    """In either order, each has its own title in the end."""
    room = service.room()
    master = series(service, room)
    changes = [(master, "All others"), (instance(master, SECOND), "Only this")]
    for event, title in changes if series_first else reversed(changes):
        service.people().change(event, summary=title)
        service.settle()
    assert service.state(room) == ("live", "All others", 1)
    assert service.seen(room)["occurrences"][AT_SECOND]["event"]["title"] == "Only this"


@pytest.mark.parametrize("together", [False, True], ids=["two reads", "one read"])
def test_e14_an_instance_cancelled(service: Service, *, together: bool) -> None:
    """That occurrence is off, once; the series' conference lives, whatever the sweep does."""
    room = service.room()
    master = series(service, room, read=not together)
    service.people().delete(instance(master, SECOND))
    service.settle()
    service.sweep_later()
    assert kinds(service, room) == ([(UPDATED, None)] if together else []) + [(CANCELLED, AT_SECOND)]
    assert service.state(room) == ("live", "Weekly", 1)


def test_e14_all_instances_cancelled(service: Service) -> None:
    """Each of them cancelled alone, the series is still there, and so is its conference."""
    room = service.room()
    master = series(service, room)
    for day in ("06", "13", "20", "27"):
        service.people().delete(instance(master, f"203101{day}T090000Z"))
    for day in ("03", "10"):
        service.people().delete(instance(master, f"203102{day}T090000Z"))
    service.settle()
    service.sweep_later()
    assert [kind for kind, _ in kinds(service, room)] == [CANCELLED] * 6
    assert service.state(room)[0] == "live"


def test_e14_an_instance_restored(service: Service) -> None:
    """The occurrence is on again."""
    room = service.room()
    event = instance(series(service, room), SECOND)
    service.people().delete(event)
    service.settle()
    service.people().change(event, status="confirmed")
    service.settle()
    assert kinds(service, room) == [(CANCELLED, AT_SECOND), (MOVED, AT_SECOND)]


@pytest.mark.parametrize("together", [False, True], ids=["two reads", "one read"])
def test_e15_an_instance_with_a_conference_of_its_own(service: Service, *, together: bool) -> None:
    """To both conferences what is theirs is pushed, and the series' one lives on without that occurrence."""
    room, other = service.room(), service.room("Other")
    master = series(service, room, read=not together)
    event = instance(master, SECOND)
    service.people().change(event, summary="Only this", conferenceData=conference_data(other))
    service.settle()
    service.sweep_later()
    told = service.told()
    assert [line for line in told if line[1] == other] == [(UPDATED, other, None)]
    assert [line for line in told if line[1] == room][-1] == (CANCELLED, room, AT_SECOND)
    assert (service.state(room), service.state(other)) == (("live", "Weekly", 1), ("live", "Only this", 1))


@pytest.mark.parametrize("instance_first", [True, False])
def test_e15_then_both_go(service: Service, *, instance_first: bool) -> None:
    """The instance's conference goes with the instance, or with the series; the series' with the series."""
    room, other = service.room(), service.room("Other")
    master = series(service, room)
    event = instance(master, SECOND)
    service.people().change(event, conferenceData=conference_data(other))
    service.settle()
    if instance_first:
        service.people().delete(event)
        service.settle()
        assert (service.state(room)[0], service.state(other)[0]) == ("live", "deleted")
    service.people().delete(master)
    service.settle()
    service.sweep_later()
    assert (service.state(room)[0], service.state(other)[0]) == ("deleted", "deleted")
    assert [kind for kind, *_ in service.told()].count(DELETED) == 2


def test_e15_then_the_series_conference_again(service: Service) -> None:
    """Given back the series' conference, the instance's own one ends and the occurrence is on again."""
    room, other = service.room(), service.room("Other")
    event = instance(series(service, room), SECOND)
    service.people().change(event, conferenceData=conference_data(other))
    service.settle()
    service.people().change(event, conferenceData=conference_data(room))
    service.settle()
    assert service.state(other)[0] == "deleted"
    assert service.seen(room)["occurrences"][AT_SECOND]["status"] == "updated"


@pytest.mark.parametrize("series_first", [True, False])
def test_e15_the_conference_was_another_events(service: Service, *, series_first: bool) -> None:
    """The instance takes up what another event holds: it survives the end of either."""
    other = service.room("Other")
    single = service.people().add(other, summary="Single")
    master = series(service, service.room())
    event = instance(master, SECOND)
    service.people().change(event, summary="Only this", conferenceData=conference_data(other))
    service.settle()
    gone, left = (master, single) if series_first else (single, master)
    service.people().delete(gone)
    service.settle()
    assert service.state(other) == ("live", "Single" if series_first else "Only this", 1)
    service.people().delete(left)
    service.settle()
    assert service.state(other)[0] == "deleted"


def test_e16_an_instance_loses_the_conference(service: Service) -> None:
    """That occurrence is off, and nothing else."""
    room = service.room()
    event = instance(series(service, room), SECOND)
    service.people().change(event, conferenceData=None)
    service.settle()
    service.sweep_later()
    assert kinds(service, room) == [(CANCELLED, AT_SECOND)]
    assert service.state(room) == ("live", "Weekly", 1)


LISTED = pytest.mark.parametrize("listed", [True, False], ids=["exceptions listed", "series alone listed"])


@LISTED
@pytest.mark.parametrize("instance_first", [True, False])
def test_e17_a_series_deleted(service: Service, *, listed: bool, instance_first: bool) -> None:
    """All its conferences end, whether or not its exceptions are listed or one was deleted before."""
    service.control("settings", listsExceptionsOfDeleted=listed)
    rooms = [service.room() for _ in range(3)]
    master = series(service, rooms[0])
    for slot, room in zip((SECOND, THIRD), rooms[1:], strict=True):
        service.people().change(instance(master, slot), conferenceData=conference_data(room))
    service.settle()
    if instance_first:
        service.people().delete(instance(master, THIRD))
        service.settle()
    service.people().delete(master)
    service.settle()
    service.sweep_later()
    assert {service.state(room)[0] for room in rooms} == {"deleted"}
    assert [kind for kind, *_ in service.told()].count(DELETED) == 3


@LISTED
@pytest.mark.parametrize("together", [False, True], ids=["two reads", "one read"])
def test_e18_a_series_restored_within_the_grace(service: Service, *, listed: bool, together: bool) -> None:
    """The series and its instance hold their conferences again, and nothing is pushed."""
    service.set(DELETE_GRACE_SECONDS="300")
    service.control("settings", listsExceptionsOfDeleted=listed)
    room, other = service.room(), service.room("Other")
    master = series(service, room)
    service.people().change(instance(master, SECOND), conferenceData=conference_data(other))
    service.settle()
    service.told()
    service.people().delete(master)
    if not together:
        service.settle()
    service.people().change(master, status="confirmed")
    service.settle()
    service.sweep_later()
    assert service.told() == []
    assert (service.state(room)[0], service.state(other)[0]) == ("live", "live")


@pytest.mark.parametrize("order", ["tombstone first", "live first"])
def test_e20_a_series_moved(service: Service, order: str) -> None:
    """The series and its instance go to another calendar, read in either order: both conferences survive."""
    service.set(DELETE_GRACE_SECONDS="300")
    there = service.team()
    room, other = service.room(), service.room("Other")
    master = series(service, room)
    service.people().change(instance(master, SECOND), conferenceData=conference_data(other))
    service.settle()
    service.people().move(master, there)
    service.settle(*((OWNER, there) if order == "tombstone first" else (there, OWNER)))
    service.sweep_later()
    assert (service.state(room), service.state(other)) == (("live", "Weekly", 1), ("live", "Weekly", 1))
    service.people(there).delete(master)
    service.settle()
    service.sweep_later()
    service.sweep_later()
    assert (service.state(room)[0], service.state(other)[0]) == ("deleted", "deleted")
