"""Whether every promise was kept, once all is quiet: judged by the calendars and by what people did.

What the contract does not promise, and this therefore allows:

- A conference that no finished read ever saw may stay behind: made and deleted before any sync.
- A conference that only a guest's copy was left of (the event moved away from its organizer, who stays as a
  guest) may stay behind if its new place was never read with it, or hid it: a copy has no say.
- A conference that vanished on its own system, or was deleted and is carried again on a system that makes
  none anew, waits for people: there is nothing to bring in step.
- With several events that carry one conference, what its system holds may be that of any of them, unless they
  are all parts of one series: then the newest leads.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from functions.core.aside import set_aside
from gcal_standin.model.event import Event
from local.virtual.hub import START
from tests.simulation.aftermath import counted, left, links
from tests.simulation.care import carried_unseen, known_of_one_that_left, let_go, minded_since, told_of
from tests.simulation.occurrences import instant, occurrences, said
from tests.simulation.service import SOLUTIONS
from tests.simulation.truth import Place, Room
from tests.simulation.without_consent import left_alone, marked, users

if TYPE_CHECKING:
    from tests.simulation.history import History
    from tests.simulation.operating import Operators

Json = dict[str, Any]
READ_WITHIN_S = 27_000  # the longest silence that is drawn, six hours, and the quarter by which one deviates
UNRECORDABLE_MAX = 72  # calls that may fail by all the bad luck that is drawn for one story


def judge(history: "History") -> list[str]:
    return [
        *_conferences(history),
        *_calendars(history),
        *users(history),
        *_left_over(history),
        *counted(history),
    ]


def _conferences(history: "History") -> Iterator[str]:
    carriers = history.truth.carriers()
    for room in sorted(history.truth.ever):
        carrying = carriers.get(room, {})
        places = history.truth.own(room, carrying)
        live = history.systems.live(room)
        vanished = room in history.witness.gone
        if vanished or (places and not told_of(history, room)) or left_alone(history, room):
            continue
        if not live and room in history.truth.owners and not _ever_of_its_people(history, room):
            yield f"{room.id} is gone, and no event of its people ever carried it"
        if not carrying and live and let_go(history, room) and _must_be_deleted(history, room):
            yield f"{room.id} is still there, and no event carries it"
        # Of those that cannot be read nothing can be told: they keep it, but do not make it anew.
        if room.system == "webhook" and not live and any("start" in event.body for event in places.values()):
            yield f"{room.id} is deleted, and {sorted(places)} carry it"
        if places and live and not known_of_one_that_left(history, room):
            yield from content(history, room, places)
        if places and live:
            yield from links(history, room, places)
        if places and live and minded_since(history, room) == 0:
            yield from occurrences(history, room, places)


def _ever_of_its_people(history: "History", room: Room) -> set[Place]:
    now = history.truth.carriers(hidden=True).get(room, {})
    return {*history.truth.own(room, now), *(past.place for past in history.truth.left(room))}


def _must_be_deleted(history: "History", room: Room) -> bool:
    """An event was seen, of its people if its system says whose it is."""
    seen = {place for found, place in history.witness.known if found == room}
    if room in history.truth.owners:
        seen &= _ever_of_its_people(history, room)
    if room in history.people.aside:
        if room in history.was_hidden:
            return False
        last = max(history.truth.left(room), key=lambda past: past.until, default=None)
        return last is not None and history.witness.known.get((room, last.place), -1.0) >= last.since
    return bool(seen)


def content(history: "Operators", room: Room, places: dict[Place, Event]) -> Iterator[str]:
    places = history.truth.own(room, places)
    events = [event for event in places.values() if "start" in event.body]
    if len(events) < len(places) or not places:
        return
    events = _last_part(history, room, places) or _leading(history, room, places) or events
    if room.system == "titles":
        title = history.systems.titles[room.id]
        if title not in [event.body.get("summary", "") for event in events]:
            yield f"{room.id} has the title {title!r}, and {said(events)} carry it"
        return
    held = history.systems.web.find(room.id) or {}
    if held["event"] is None:
        matching = [event for event in events if event.body.get("summary", "") == held["title"]]
    else:
        matching = [event for event in events if _matches(held["event"], event)]
    if not matching:
        yield f"{room.id} has {_short(held)}, and {said(events)} carry it"


def _leading(history: "Operators", room: Room, places: dict[Place, Event]) -> list[Event]:
    """The newest part of a split series leads, where its parts alone carried the conference and all do."""
    families = {(place.calendar_id, place.event_id.partition("_")[0]) for place in places}
    if history.truth.left(room) or len(families) > 1 or not all(event.is_master for event in places.values()):
        return []
    return [places[max(places, key=lambda place: place.event_id.partition("_R")[2])]]


def _last_part(history: "Operators", room: Room, places: dict[Place, Event]) -> list[Event]:
    """Of series in one calendar that follow each other in time, the last leads, however they came about."""
    calendars = {place.calendar_id for place in places}
    seen = history.truth.own(room, history.truth.carriers(hidden=True).get(room, {}))
    if len(calendars) > 1 or seen.keys() != places.keys() or room in history.was_hidden:
        return []
    if len(places) < 2 or not all(event.is_master for event in places.values()):
        return []
    calendar = history.google.world.calendars[calendars.pop()]
    runs = sorted(
        ((*_run(list(calendar.series(event).originals())), event) for event in places.values()),
        key=lambda run: run[0],
    )
    apart = all(before[1] < after[0] for before, after in pairwise(runs))
    return [runs[-1][2]] if apart else []


def _run(dates: list[Any]) -> tuple[datetime, datetime]:
    return (
        (dates[0], dates[-1])
        if dates
        else (datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    )


def _matches(told: Json, event: Event) -> bool:
    body = event.body
    return bool(
        told["title"] == body.get("summary", "")
        and all(instant(told[name]) == instant(body[name]["dateTime"]) for name in ("start", "end"))
        and told["recurrence"] == body.get("recurrence", [])
        and _people(told) == _invited(body)
    )


def _people(told: Json) -> list[tuple[str, str]]:
    return sorted((each["email"], each["response"]) for each in told["attendees"])


def _invited(body: Json) -> list[tuple[str, str]]:
    return sorted((each["email"], each["responseStatus"]) for each in body.get("attendees", []))


def _short(held: Json) -> Json:
    event = held["event"] or {}
    return {"title": held["title"]} | {name: event.get(name) for name in ("id", "start", "recurrence")}


def _calendars(history: "History") -> Iterator[str]:
    now, consents = (history.hub.now() - START).total_seconds(), history.witness.consents
    for calendar_id in history.truth.readers:
        kept, user = history.service.store.enrolment(calendar_id), history.truth.readers[calendar_id]
        wanted = history.service.asking.enrolled(calendar_id)
        if consents and user in consents.away and kept and wanted is not False:
            yield from marked(history, calendar_id)
            continue
        if wanted is False or (wanted is None and kept is None):
            yield from left(history, calendar_id)
            continue
        if kept is None or kept.value.token is None:
            yield f"{calendar_id} was never read"
            continue
        enrolment = kept.value
        read_at = history.witness.read_from.get(calendar_id, -1.0)
        if enrolment.lease or enrolment.resume:
            yield f"{calendar_id} is still being read: {enrolment.lease or enrolment.resume}"
        if now - read_at > READ_WITHIN_S:
            yield f"{calendar_id} was read last at {read_at:.0f}"
        unnamed = len(history.service.named) < len(SOLUTIONS["both"])
        withheld = enrolment.withheld or enrolment.brake.withheld
        if (enrolment.details_hidden and not unnamed) or enrolment.trouble.why or withheld:
            yield f"{calendar_id} is marked: {enrolment.trouble.why or 'details hidden or withheld'}"
        current = {enrolment.watch.channel.id} if enrolment.watch.channel else set()
        live = {one.id for one in history.google.channels.live() if one.calendar_id == calendar_id}
        if live - current and not (consents and user in consents.ended):
            yield f"{calendar_id} has channels that nobody knows: {sorted(live - current)}"
        if enrolment.watch.possible and not live and calendar_id not in history.was_deaf:
            yield f"{calendar_id} has no live channel"


def _left_over(history: "History") -> Iterator[str]:
    subscription = history.service.queue.subscription
    if waiting := subscription.waiting():
        yield f"{waiting} requests are still in the queue"
    if subscription.dead and subscription.terms.deliveries_max > UNRECORDABLE_MAX:
        yield f"dead letters: {[letter.data for letter in subscription.dead]}"
    if history.service.alive:
        yield f"still at work: {sorted(history.service.alive)}"
    for kept in history.service.store.conferences():
        record = kept.value
        room = Room(record.key.provider, record.key.id)
        unminded = room.system not in history.service.named or carried_unseen(history, room)
        if left_alone(history, room):
            continue
        if record.due_at is not None and not (unminded and record.parked):
            yield f"something is still due of {room.id}: {record.parked or record.due_at}"
        if (aside := set_aside(record)) and not _may_wait(history, room):
            yield f"{room.id} is still parked: {aside[0].why.reason}"


def _may_wait(history: "History", room: Room) -> bool:
    """Gone, or carried by an event that cannot be read, or by one of which a guest's copy alone is seen, or
    told of a stranger's event because nobody could be asked whose it is.
    """
    if room.system not in history.service.named or carried_unseen(history, room):
        return True
    carrying = history.truth.carriers().get(room, {})
    if room in history.systems.unsaid and not history.truth.own(room, carrying):
        return True
    odd = any("start" not in event.body for event in history.truth.own(room, carrying).values())
    return odd or room in history.witness.gone or (room.system == "titles" and not history.systems.live(room))
