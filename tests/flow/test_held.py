"""What a user's calendars hold is read from the records of these calendars alone."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from functions.adapters.stores.sqlite import SqliteStore
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.core.errors import BadRequest
from functions.core.hold import Hold
from functions.core.model import ConferenceKey, EventRef
from functions.flow.held import held
from functions.ports import Versioned

ME, TEAM, BOB, BOSS = "me@example.com", "team", "bob@example.com", "boss@example.com"


class Spied(SqliteStore):
    """Notes whose records are read; nobody asks for all."""

    def __init__(self) -> None:
        super().__init__(":memory:")
        self.read: list[str] = []

    def conferences(
        self, *, held_in: str | None = None, due_by: datetime | None = None
    ) -> Iterator[Versioned[Conference]]:
        assert held_in
        found = list(super().conferences(held_in=held_in, due_by=due_by))
        self.read += [kept.value.key.id for kept in found]
        return iter(found)

    def enrolments(
        self, *, user: str | None = None, due_by: datetime | None = None, expiring_by: datetime | None = None
    ) -> Iterator[Versioned[Enrolment]]:
        assert user
        return super().enrolments(user=user, due_by=due_by, expiring_by=expiring_by)


@pytest.fixture
def store() -> Spied:
    made = Spied()
    for calendar_id, user in ((ME, None), (TEAM, ME), (BOB, None), ("room", BOSS), (BOSS, BOB)):
        assert made.save(Enrolment(calendar_id=calendar_id, user=user), None)
        for number in range(3):
            name = f"{calendar_id} {number}"
            holds = (Hold(ref=EventRef(calendar_id, name)),)
            assert made.save(Conference(key=ConferenceKey("webhook", name), holds=holds), None)
    return made


@pytest.mark.parametrize(
    ("name", "whose"), [(ME, {ME, TEAM}), (TEAM, {TEAM}), (BOB, {BOB, BOSS}), (BOSS, {BOSS, "room"})]
)
def test_no_other_record_is_read(store: Spied, name: str, whose: set[str]) -> None:
    """However many there are of others."""
    found = [(one.access.calendar_id, one.conference.key.id) for one in held(store, name)]
    assert {calendar_id for calendar_id, _ in found} == whose
    assert sorted(store.read) == sorted(conference for _, conference in found)
    assert len(store.read) == 3 * len(whose)


def test_nobody(store: Spied) -> None:
    """Nothing is read for who is not known."""
    with pytest.raises(BadRequest, match="no calendar of x is enrolled"):
        held(store, "x")
    assert store.read == []
