"""What our own project is refused for: one line says it, and no calendar is blamed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import pytest

from functions.core.errors import RetryLater
from functions.core.model import Reason
from functions.flow.renew import renew
from functions.flow.status import state
from tests.contract.calendar_asked import asked
from tests.support import envelopes
from tests.support.logged import logged, named
from tests.support.rig import OWNER, Rig
from tests.support.scripted import answer


def refused(reason: str) -> bytes:
    return envelopes.present(403, reason, "no", domain="usageLimits")


@contextmanager
def refusing(house: Rig, body: bytes) -> Iterator[None]:
    """Whatever Calendar is asked."""
    before = house.context
    with asked() as at:
        at.server.says[:] = [answer(403, body)]
        house.context = replace(before, calendar=at.calendar)
        yield
    house.context = before


@pytest.mark.parametrize("reason", ["accessNotConfigured", "dailyLimitExceeded"])
def test_a_refused_project_is_said_once_and_loses_no_calendar(house: Rig, reason: str) -> None:
    """All the user's calendars back off for ten minutes, then are read again."""
    with logged() as lines, refusing(house, refused(reason)):
        assert [house.sync() for _ in range(6)] == ["backed_off"] * 6
    (line,) = named(lines, "project.refused")
    assert (line["severity"], line["calendar_id"]) == ("ERROR", OWNER)
    assert f"403 {reason}" in str(line["why"])
    found = house.enrolment()
    assert (found.trouble.losses, found.trouble.lost_at) == (0, None)
    house.let_pass(601)
    assert house.sync() == "synced"


def test_status_says_that_nothing_is_read(house: Rig) -> None:
    """A calendar that backs off again and again is not well, however far off its next read is put."""
    with refusing(house, refused("accessNotConfigured")):
        assert house.sync(reason=Reason.SWEEP) == "backed_off"
        assert state(house.context, OWNER)["faults"] == []
        house.let_pass(601)
        assert house.sync(reason=Reason.SWEEP) == "backed_off"
    (fault,) = cast("Any", state(house.context, OWNER)["faults"])
    assert (fault["kind"], "accessNotConfigured" in fault["why"]) == ("failing", True)
    house.let_pass(601)
    house.sync()
    assert state(house.context, OWNER)["faults"] == []


def test_a_renewal_says_it_too(house: Rig) -> None:
    """The channel waits, the calendar backs off."""
    house.with_policy(renew_before=700_000)
    with logged() as lines, refusing(house, refused("accessNotConfigured")):
        assert renew(house.context).failed == 1
    assert len(named(lines, "project.refused")) == 1


def test_enrolling_says_it_too(house: Rig) -> None:
    """On a first deployment, nothing else would."""
    with logged() as lines, refusing(house, refused("accessNotConfigured")), pytest.raises(RetryLater):
        house.enrol("new@example.com")
    assert [line["calendar_id"] for line in named(lines, "project.refused")] == ["new@example.com"]


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"])
def test_enrolling_while_a_limit_is_reached_is_to_be_tried_again(house: Rig, reason: str) -> None:
    """It says neither that the calendar is not there nor that the project is refused."""
    with logged() as lines, refusing(house, refused(reason)), pytest.raises(RetryLater, match=reason):
        house.enrol("new@example.com")
    assert named(lines, "project.refused") == []
    assert house.store.enrolment("new@example.com") is None


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded"])
def test_a_limit_of_a_minute_rests_for_about_one(house: Rig, reason: str) -> None:
    """In the envelope of today, however often; it is asked once, and marks nothing."""
    with logged() as lines, refusing(house, refused(reason)):
        assert [house.sync(reason=Reason.SWEEP) for _ in range(6)] == ["backed_off"] * 6
    assert len(named(lines, "calendar.backed_off")) == 1
    assert named(lines, "project.refused") == []
    assert house.enrolment().trouble.losses == 0
    house.let_pass(59)
    assert house.sync() == "backed_off"
    house.let_pass(121 - 59)
    assert house.sync() == "synced"
