"""Conferences of systems that cannot say whose they are: the add-on that makes one claims it for its user."""

from pathlib import Path
from typing import Any

import pytest

from functions.core.conference import Conference
from functions.core.model import ConferenceKey
from tests.host.service import Service
from tests.host.test_owners import on
from tests.support.rig import OWNER, SOLUTION

STRANGER = "mallory@example.com"


def claim(service: Service, user: str, room: str, **more: Any) -> tuple[int, str]:
    wish = {"calendar_id": user, "conference_id": room, "solution": SOLUTION, **more}
    answer = service.clients["initialize_syncing"].post("/", json=wish)
    return answer.status_code, str((answer.json or {}).get("error", ""))


def record(service: Service, room: str) -> Conference:
    (kept,) = service.store.known([], [ConferenceKey("webhook", room)])
    return kept.value


@pytest.mark.parametrize("order", [(OWNER, STRANGER), (STRANGER, OWNER)])
def test_a_claimed_conference_is_its_users(service: Service, order: tuple[str, str]) -> None:
    """Whichever event comes first: nothing of the stranger's is told, and nothing of theirs ends it."""
    service.user(STRANGER)
    room = service.room()
    assert claim(service, OWNER, room) == (200, "")
    events = {}
    for name in order:
        events[name] = service.people(name).add(room, summary=f"Of {name}")
        service.settle()
    assert service.state(room) == ("live", f"Of {OWNER}", 1)
    service.people(STRANGER).delete(events[STRANGER])
    service.settle()
    service.sweep_later()
    assert service.state(room) == ("live", f"Of {OWNER}", 1)
    service.people(OWNER).delete(events[OWNER])
    service.settle()
    service.sweep_later()
    assert service.state(room)[0] == "deleted"


def test_nobody_claims_what_is_somebody_elses(service: Service) -> None:
    """Claimed before, or in the events of others: 403 with the reason, and all stays as it was."""
    service.user(STRANGER)
    claimed, carried = service.room(), service.room()
    assert claim(service, OWNER, claimed)[0] == 200
    service.people().add(carried, summary="Planning")
    service.settle()
    for room in (claimed, carried):
        before = record(service, room)
        status, why = claim(service, STRANGER, room)
        assert (status, why) == (403, f"conference {room} is claimed by, or in events of, somebody else")
        assert record(service, room) == before


def test_claimed_again_and_later(service: Service) -> None:
    """A repeated claim changes nothing; one by whom the events speak for is as good as an early one."""
    room = service.room()
    service.people().add(room, summary="Planning")
    service.settle()
    assert claim(service, OWNER, room)[0] == 200
    before = record(service, room)
    assert before.owners == (OWNER,)
    assert [hold.ref.calendar_id for hold in before.holds] == [OWNER]
    assert claim(service, OWNER, room)[0] == 200
    assert record(service, room) == before


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        ({"solution": "Another"}, "solution 'Another' is not named in CONFERENCE_SOLUTIONS"),
        ({"solution": None}, "solution is missing"),
        ({"solution": 7}, "solution is not a text"),
        ({"conference_id": 7}, "conference_id is not a text"),
        ({"conference_id": "x" * 3_000}, "conference_id is longer than 2048 bytes"),
    ],
)
def test_what_cannot_be_claimed(service: Service, odd: dict[str, Any], why: str) -> None:
    """400, and which field is wrong."""
    status, said = claim(service, OWNER, "r1", **odd)
    assert (status, said) == (400, why)


def test_without_a_conference_nothing_is_claimed(service: Service) -> None:
    """As an enrolment alone."""
    assert claim(service, OWNER, "", conference_id=None, solution=None) == (200, "")
    assert list(service.store.conferences()) == []


def test_a_system_that_says_whose_it_is(service: Service, tmp_path: Path) -> None:
    """Nothing is noted: it is asked when an event carries the conference. An id that is none is refused."""
    with on("zoom", service, tmp_path) as system:
        assert claim(service, OWNER, system.make()) == (200, "")
        assert list(service.store.conferences()) == []
        assert claim(service, OWNER, "r1") == (400, f"conference_id 'r1' is no id of {SOLUTION!r}")


def test_two_claim_at_once(service: Service) -> None:
    """One of them is asked to come again, and told then whose it is."""
    room = service.room()
    theirs = Conference(key=ConferenceKey("webhook", room), owners=(STRANGER,))
    service.meanwhile["save"].append(lambda: service.store.save(theirs, None))
    assert claim(service, OWNER, room) == (502, f"conference {room} is being written by others")
    assert claim(service, OWNER, room)[0] == 403
