"""Trouble that is not about the user: Calendar's limits, answers of others, and tokens that nobody gets.

However often notifications come meanwhile, no calendar is marked, and what was changed arrives afterwards.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.adapters.calendar.google import GoogleCalendar
from tests.host.service import Service, held
from tests.support.rig import OWNER
from tests.support.scripted import Say, answer, hang_up
from tests.support.signing import ACCOUNT, Google, signing

FIVE = 5
AN_HOUR_S = 3_700

TROUBLES: list[dict[str, Any]] = [
    {"status": 403, "reason": "rateLimitExceeded"},
    {"status": 403, "reason": "userRateLimitExceeded", "envelope": "old"},
    {"status": 403, "reason": "quotaExceeded", "envelope": "present"},
    {"status": 403, "reason": "dailyLimitExceeded", "envelope": "present"},
    {"status": 403, "reason": "accessNotConfigured", "envelope": "present"},
    {"status": 429, "reason": "rateLimitExceeded"},
    {"status": 503, "reason": "backendError"},
    {"body": "<html>Sign in</html>"},
    {"body": "[]"},
    {"body": "null"},
    {"body": '{"items": [', "status": 200},
]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What passes soon is not waited for within a call."""
    defaults = GoogleCalendar.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "tries_more", 0)


def notified(service: Service) -> None:
    """Five times, and each delivered once; what fails stays with the queue."""
    for _ in range(FIVE):
        service.control("notifications/send", calendarId=OWNER)
        for delivery in service._due(lambda _: True):
            service._deliver([delivery])


def over(service: Service) -> None:
    """The pause that Google asked for has gone by, and the sweep comes."""
    service.sweep_later(AN_HOUR_S)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: f"{each.get('reason', each.get('body'))}")
def test_calendars_trouble(service: Service, trouble: dict[str, Any]) -> None:
    """Whatever it answers that is not about the user."""
    room, event = held(service)
    service.people().change(event, summary="Renamed")
    service.control("faults", method="events.list", times=1_000, **trouble)
    notified(service)
    assert (service.enrolment().trouble.losses, service.enrolment().trouble.lost_at) == (0, None)
    service.calendar.control("DELETE", "faults", None)
    over(service)
    assert service.state(room)[1] == "Renamed"
    assert service.enrolment().trouble.why == ""


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "accessNotConfigured"])
def test_enrolling_meanwhile_is_told_to_come_again(service: Service, reason: str) -> None:
    """It is not said that there is no such calendar."""
    service.control("users", email="bob@example.com")
    service.control("faults", method="*", times=10, status=403, reason=reason, envelope="present")
    answered = service.clients["initialize_syncing"].post("/", json={"calendar_id": "bob@example.com"})
    assert answered.status_code == 502
    assert reason in answered.text


@pytest.mark.parametrize("status", [400, 403])
def test_a_calendar_that_cannot_be_watched(service: Service, status: int) -> None:
    """Google says so with either status; it is enrolled, and read by the sweep."""
    service.control("settings", unwatchableStatus=status)
    name = service.control("calendars", owner=OWNER, summary="Holidays", watchable=False)["id"]
    body = {"calendar_id": name, "user": OWNER}
    answered = service.clients["initialize_syncing"].post("/", json=body)
    assert (answered.status_code, json.loads(answered.text)["watchable"]) == (200, False)


@pytest.fixture
def google(tmp_path: Path) -> Iterator[Google]:
    with signing(tmp_path) as servers:
        servers.servers["tokens"].says[:] = [
            answer(200, json.dumps({"access_token": OWNER, "expires_in": 3_600}).encode())
        ]
        yield servers


@pytest.mark.parametrize("server", ["login", "iam", "tokens"])
@pytest.mark.parametrize(
    "say",
    [answer(429), answer(500), answer(503, b"<html>"), answer(403, b"{}"), hang_up],
    ids=["429", "500", "HTML 503", "403", "nothing"],
)
def test_nobody_gets_a_token(service: Service, google: Google, server: str, say: Say) -> None:
    """While one of the servers that make them fails, in whichever way."""
    room, event = held(service)
    service.people().change(event, summary="Renamed")
    service.set(CALENDAR_AUTH="delegation", CALENDAR_SERVICE_ACCOUNT=ACCOUNT)
    well = google.servers[server].says[0]
    google.servers[server].says[:] = [say]
    notified(service)
    assert (service.enrolment().trouble.losses, service.enrolment().trouble.lost_at) == (0, None)
    google.servers[server].says[:] = [well]
    over(service)
    assert service.state(room)[1] == "Renamed"


def test_a_user_who_is_gone(service: Service, google: Google) -> None:
    """The token endpoint's own error is about the user; five of them at once do not mark the calendar."""
    held(service)
    service.set(CALENDAR_AUTH="delegation", CALENDAR_SERVICE_ACCOUNT=ACCOUNT)
    google.servers["tokens"].says[:] = [answer(400, b'{"error": "invalid_grant"}')]
    notified(service)
    assert (service.enrolment().trouble.losses, service.enrolment().trouble.lost_at) == (FIVE, None)
    service.let_pass(1_300)
    notified(service)
    assert service.enrolment().trouble.lost_at is not None
