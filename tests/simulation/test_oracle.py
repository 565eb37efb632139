"""The oracle fails where it must: each planted state breaks one promise, and is called by its name."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from functions.core.conference import Conference
from functions.core.enrolment import Enrolment, Lease, Tally
from functions.core.model import Link, Reason, SyncRequest
from functions.core.model import Place as Written
from local.virtual.hub import START
from tests.simulation import oracle
from tests.simulation.aftermath import ROLL_OUT_S
from tests.simulation.history import History, assembled
from tests.simulation.operating import ANN, BOB
from tests.simulation.story import line, read
from tests.simulation.truth import Place, Room

ROOM = Room("webhook", "w1")
STORY = """
    seed=1
    10 create event=e1 day=4 calendar=ann@example.com title=Plan room=w1 weekly=4
    20 delete event=e1@2
    """


@pytest.fixture
def quiet() -> Iterator[History]:
    """One series with a conference, all in step."""
    history = assembled(read(STORY))
    assert history.run().broken == []
    yield history
    history.close()


def after(history: History, wrong: Callable[[History], None]) -> str:
    wrong(history)
    return "; ".join([*history.witness.broken, *oracle.judge(history)])


def _told(history: History, kind: str, change_id: str, **event: str) -> None:
    data = {"conference_id": ROOM.id, "occurrence": None, "event": event or None}
    process = history.hub.process("planted")
    history.witness.told(process, ROOM, change_id, {"type": kind, "data": data}, history.hub.seconds)


def _ended(history: History) -> None:
    """The conference goes, while its event is there."""
    _told(history, "conference.deleted", "planted")


def _stays(history: History) -> None:
    """Its event goes, and nobody notices."""
    history._do(line(history.hub.seconds, "delete", event="e1"))


def _gone(history: History) -> None:
    history.systems.web._conferences["w1"].status = "deleted"


def _title(history: History) -> None:
    held = history.systems.web._conferences["w1"]
    assert held.event
    held.event["title"] = "Other"


def _time(history: History) -> None:
    held = history.systems.web._conferences["w1"]
    assert held.event
    held.event["start"] = "2031-01-01T09:00:00+00:00"


def _occurrence(history: History) -> None:
    history.systems.web._conferences["w1"].occurrences.clear()


def _foreign(history: History) -> None:
    process = history.hub.process("planted")
    body = {"type": "conference.updated", "data": {"occurrence": None, "event": {"title": "x"}}}
    history.witness.told(process, Room("webhook", "foreign"), "planted", body, history.hub.seconds)


def _two_contents(history: History) -> None:
    _told(history, "conference.updated", "planted", title="one")
    _told(history, "conference.updated", "planted", title="two")


def _two_names(history: History) -> None:
    history.hub.seconds += 10_000
    _told(history, "conference.updated", "planted-1", title="one")
    _told(history, "conference.updated", "planted-2", title="one")


def _blind_write(history: History) -> None:
    history.witness.written({"id": "e"}, "", {"location": "x"}, wanted=True)


def _unwanted_write(history: History) -> None:
    history.witness.written({"id": "e"}, "etag", {"location": "x"}, wanted=False)


def _guests(history: History) -> None:
    guest = {"email": "guest@example.com", "responseStatus": "accepted"}
    history.witness.left({"id": "e", "attendees": [guest]}, {"id": "e"}, {"location": "x"})


def _waiting(history: History) -> None:
    history.service.queue.publish(SyncRequest(calendar_id=ANN, reason=Reason.SWEEP))


def _amend(history: History, **change: object) -> None:
    kept = history.service.store.enrolment(ANN)
    assert kept
    amended: Enrolment = replace(kept.value, **change)  # type: ignore[arg-type]
    history.service.store.save(amended, kept.version)


def _leased(history: History) -> None:
    _amend(history, lease=Lease(owner="nobody", fence=1, started_at=START, expires_at=START))


def _marked(history: History) -> None:
    _amend(history, details_hidden=True)


def _orphan(history: History) -> None:
    history.google.watch(ANN, ANN, "orphan", "token", 86_400)


def _overdue(history: History) -> None:
    kept = next(iter(history.service.store.conferences()))
    due: Conference = replace(kept.value, push_at=START)
    history.service.store.save(due, kept.version)


def _left_half(history: History) -> None:
    """Its channel and holds are there, and its enrolment is gone."""
    history.service.asking.begin(ANN, 30, enrols=False).end(31, done=True)
    kept = history.service.store.enrolment(ANN)
    assert kept
    history.service.store.remove(kept.value, kept.version)


def _left_not(history: History) -> None:
    history.service.asking.begin(ANN, 30, enrols=False).end(31, done=True)


def _old_link(history: History) -> None:
    history.service.policy = replace(history.service.policy, write_back=Written.LOCATION)
    history.systems.links["w1"].append(Link(join_url="https://web.example.com/join/w1", passcode="new"))
    history.systems.linked_at["w1"] = 2 * ROLL_OUT_S


def _waits(history: History) -> None:
    """Something was done long ago, and its calendar was not read since."""
    history.google.changed[ANN] = history.hub.seconds - 1_000
    history.witness.read_from[ANN] = history.hub.seconds - 2_000
    history._do(line(history.hub.seconds, "look"))


def _neighbour(history: History) -> None:
    _title(history)
    history._do(line(history.hub.seconds, "look"))


def _planted(history: History) -> Place:
    """Bob's event carries what is Ann's."""
    history.truth.owners[ROOM] = {ANN}
    history._do(line(history.hub.seconds, "create", event="m1", calendar=BOB, room="w1", spelled="both"))
    return history.people.labels["m1"]


def _told_of_a_stranger(history: History) -> None:
    place = _planted(history)
    event = {"id": place.event_id, "title": "Pwned"}
    data = {"conference_id": ROOM.id, "calendar_id": BOB, "occurrence": None, "event": event}
    body = {"type": "conference.updated", "data": data}
    history.witness.told(history.hub.process("planted"), ROOM, "planted", body, history.hub.seconds)


def _shown_to_a_stranger(history: History) -> None:
    place = _planted(history)
    raw = history.google.get(BOB, BOB, place.event_id)
    history.witness.written(raw, raw["etag"], {"location": "x"}, wanted=True, place=place)


def _ended_though_planted(history: History) -> None:
    """Nobody's event lets go of it but the owner's."""
    _planted(history)
    history.hub.run(history.hub.seconds + 100)
    history._do(line(history.hub.seconds, "delete", event="e1"))
    _told(history, "conference.deleted", "planted")


def _never_its_peoples(history: History) -> None:
    _gone(history)
    history.truth.owners[ROOM] = {"carol@example.com"}
    history.truth.look(history.hub.seconds)


def _miscounted(history: History) -> None:
    _amend(history, tally=Tally(counts={"holds": 9}, counted_at=history.hub.now()))


WRONG: dict[str, tuple[Callable[[History], None], str]] = {
    "deleted while it is carried": (_ended, "w1 deleted while"),
    "stays behind": (_stays, "w1 is still there, and no event carries it"),
    "gone though it is carried": (_gone, "w1 is deleted, and"),
    "another title": (_title, "w1 has {'title'"),
    "another time": (_time, "w1 has {'title'"),
    "an occurrence not told": (_occurrence, "is off, and its system holds None"),
    "a wrong count": (_miscounted, "counts {'holds': 9}, and its records say {'holds': 1}"),
    "a foreign conference": (_foreign, "which no event of ours ever carried"),
    "one change, two contents": (_two_contents, "told with two contents"),
    "one change, two names": (_two_names, "told again as planted-2"),
    "a write without If-Match": (_blind_write, "written without If-Match"),
    "a write that nobody wants": (_unwanted_write, "written though write-back is off"),
    "a write that touches guests": (_guests, "changed ['attendees']"),
    "a request left over": (_waiting, "1 requests are still in the queue"),
    "a lease left over": (_leased, "is still being read"),
    "a calendar that stays marked": (_marked, "is marked"),
    "a channel that nobody knows": (_orphan, "has channels that nobody knows"),
    "left, and its channel lives": (_left_half, "was left, and has live channels"),
    "left, and its events hold": (_left_half, "was left, and w1 is held by its events"),
    "left, and enrolled": (_left_not, "was left, and is still enrolled"),
    "an event with an old link": (_old_link, "and the link of w1 is"),
    "a calendar that waits for one conference": (_waits, "waits with what was done at"),
    "a conference that waits for another": (_neighbour, "meanwhile w1 has {'title'"),
    "told of a stranger's event": (_told_of_a_stranger, "which is of others"),
    "shown to a stranger": (_shown_to_a_stranger, "is shown how to join a conference of others"),
    "ended though a stranger carries it": (_ended_though_planted, "w1 deleted while"),
    "gone, and never its people's": (_never_its_peoples, "is gone, and no event of its people"),
    "something left due": (_overdue, "something is still due of w1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_planted_wrong_state_is_found(quiet: History, name: str) -> None:
    """What is right is said to be right, and what is wrong is named."""
    wrong, words = WRONG[name]
    assert words in after(quiet, wrong)


def test_a_bug_is_a_broken_promise(quiet: History) -> None:
    """An exception that no handler may raise is found, whatever came of it."""
    quiet.service.run("planted", lambda _: 1 / 0)
    quiet.hub.run(quiet.hub.seconds + 1)
    assert "ZeroDivisionError" in quiet.witness.broken[0]
