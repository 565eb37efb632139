"""A user is one user, and a calendar one calendar, however their addresses are spelled."""

import pytest

from tests.host.service import Service, held
from tests.support.rig import OWNER

SPELLED = ("owner@example.com", "Owner@example.com", "OWNER@EXAMPLE.COM")


@pytest.mark.parametrize("spelled", SPELLED)
def test_one_enrolment(service: Service, spelled: str) -> None:
    """A calendar that is enrolled again in another spelling is enrolled once, and so it can leave."""
    service.leave()
    service.enrol(spelled, spelled.swapcase())
    service.enrol(OWNER, OWNER)
    (kept,) = service.store.enrolments()
    assert (kept.value.calendar_id, kept.value.user) == (OWNER, OWNER)
    service.leave(spelled)
    assert list(service.store.enrolments()) == []


@pytest.mark.parametrize("spelled", SPELLED)
def test_all_calendars_of_a_user_are_looked_at_before_a_deletion(service: Service, spelled: str) -> None:
    """A second calendar, enrolled in another spelling of its user, keeps what its live event carries."""
    team: str = service.control("calendars", owner=OWNER, summary="Team")["id"]
    service.leave()
    service.enrol(OWNER, OWNER)
    service.enrol(team, spelled)
    room, event = held(service)
    service.people(team).add(room, summary="Planning")
    service.lose(team)
    service.people().delete(event)
    service.settle()
    assert service.state(room)[0] == "live"
