"""The commit of a read: what it rests on, and what becomes of it when its answer is lost."""

from dataclasses import dataclass, replace

import pytest

from functions.core.brake import releases
from functions.core.enrolment import Enrolment, SyncToken
from functions.core.errors import RetryLater
from functions.core.model import Change
from functions.ports import Move, Versioned
from tests.flow.test_protocol import between
from tests.flow.wrapped import WrappedStore
from tests.support.rig import OWNER, Rig


@dataclass(kw_only=True)
class Forgetful(WrappedStore):
    """Each transaction's first answer is lost: the store tries again, or at last gives up."""

    gives_up: bool = False

    def transact(self, calendar_id: str, change: Move) -> Versioned[Enrolment] | None:
        first = super().transact(calendar_id, change)
        if self.gives_up and first:
            raise RetryLater("Firestore: no answer")
        return super().transact(calendar_id, change)


def forgetful(house: Rig, *, gives_up: bool = False) -> None:
    house.context = replace(house.context, store=Forgetful(inner=house.store, gives_up=gives_up))


def test_a_commit_whose_answer_was_lost_is_done(house: Rig) -> None:
    """It is found in the record: nothing is read again, and what was let go is counted once."""
    house.with_policy(grace=300)
    event = house.people().add(house.room())
    house.sync()
    house.people().delete(event)
    before = house.enrolment(), house.calls()
    forgetful(house)
    assert house.sync() == "synced"
    found = house.enrolment()
    assert (house.calls(), found.lease, releases(found.brake)) == (before[1] + 1, None, 1)
    assert found.token != before[0].token
    assert house.sync() == "synced"


def test_a_request_that_met_the_lease_is_answered_all_the_same(house: Rig) -> None:
    """The lease that the lost commit kept is still ours: the calendar is read once more under it."""

    def meanwhile(_: Change) -> None:
        assert house.sync() == "asked_again"

    house.people().add(house.room())
    forgetful(house)
    between(house, meanwhile)
    calls = house.calls()
    assert house.sync() == "synced"
    assert (house.calls(), house.enrolment().lease) == (calls + 2, None)


def test_a_commit_that_nobody_ever_confirms_loses_nothing(house: Rig) -> None:
    """The message fails and comes again; what the first one wrote is where the next one goes on."""
    room = house.room()
    house.people().add(room)
    usual = house.context
    forgetful(house, gives_up=True)
    with pytest.raises(RetryLater, match="no answer"):
        house.sync()
    house.context = usual
    assert house.enrolment().lease is None
    house.told()
    assert house.sync() == "synced"
    assert (house.told(), [hold.ref.calendar_id for hold in house.record(room).holds]) == ([], [OWNER])


def test_a_token_made_void_meanwhile_is_not_written_over(house: Rig) -> None:
    """Whoever voids it wants a full read: the read under way does not hide that."""

    def meanwhile(_: Change) -> None:
        house.amend(lambda found: replace(found, token=SyncToken(value="t", read_params="")))

    room = house.room()
    house.people().add(room)
    usual = house.context
    between(house, meanwhile)
    with pytest.raises(RetryLater):
        house.sync()
    assert (house.enrolment().token, house.enrolment().lease) == (SyncToken(value="t", read_params=""), None)
    house.context = usual
    assert house.sync() == "synced"
    assert house.enrolment().token != SyncToken(value="t", read_params="")
