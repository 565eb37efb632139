"""All that is stored of one person, as they may have it; and what stays of it when they are erased."""

import json
from dataclasses import replace
from typing import Any

import pytest

from functions.adapters.stores.sqlite import SqliteStore
from functions.core.concerning import WITHHELD
from functions.core.enrolment import Rest, Trouble
from functions.core.errors import BadRequest
from functions.core.grant import Grant
from functions.flow.exporting import export
from functions.flow.leaving import leave
from tests.core.samples import NOW
from tests.flow.test_erasing import BOB, WORDS, lived_in
from tests.support.rig import OWNER, Rig


def exported(house: Rig, user: str = OWNER) -> Any:
    store = house.store
    assert isinstance(store, SqliteStore)
    return json.loads(json.dumps(export(store, user, store.conferences())))


@pytest.fixture
def lived(house: Rig) -> Rig:
    """The owner's calendar and Bob's, who shares some conferences and has trouble that names the owner."""
    house.calendar.control("POST", "users", {"email": BOB})
    house.enrol(BOB)
    lived_in(house)
    (kept,) = [one for one in house.store.enrolments() if one.value.calendar_id == BOB]
    assert house.store.save(replace(kept.value, trouble=Trouble(why=WORDS)), kept.version)
    return house


def test_all_that_names_a_person(lived: Rig) -> None:
    """Their calendar, each conference as far as it concerns them, and who else's troubles name them."""
    found = exported(lived)
    (enrolment,) = found["enrolments"]
    assert (enrolment["calendar_id"], enrolment["token"]["value"]) == (OWNER, WITHHELD)
    assert len(found["conferences"]) == 4
    assert found["named_by"] == [{"calendar_id": BOB, "why": [WORDS]}]
    assert (found["grant"], found["rest"]) == (None, None)
    assert BOB not in json.dumps(found["conferences"])


def test_a_consent_and_a_rest(house: Rig) -> None:
    """Of a user who connected: to what and when, not the sealed token. A rest that is over is still there."""
    house.store.rest(OWNER, Rest(NOW.replace(year=2020), "quotaExceeded"))
    grant = Grant(user=OWNER, subject="1", sealed="v1.sealed", scopes=(), granted_at=NOW)
    assert isinstance(house.store, SqliteStore)
    assert house.store.keep_grant(grant, None)
    found = exported(house)
    assert found["grant"] == {
        "user": OWNER,
        "subject": "1",
        "sealed": WITHHELD,
        "scopes": [],
        "granted_at": NOW.isoformat(),
    }
    assert found["rest"] == {"until": "2020-06-01T12:00:00+00:00", "why": "quotaExceeded"}


def test_all_calendars_that_are_read_as_them(house: Rig) -> None:
    """With what these hold."""
    house.calendar.control("POST", "calendars", {"id": "team", "owner": OWNER})
    house.enrol("team", OWNER)
    room = house.room()
    house.people("team").add(room)
    house.sync("team")
    found = exported(house)
    assert {one["calendar_id"] for one in found["enrolments"]} == {OWNER, "team"}
    (conference,) = found["conferences"]
    assert conference["key"] == {"provider": "webhook", "id": room}


def test_who_is_erased_has_nothing_stored(lived: Rig) -> None:
    """Who has only left still has."""
    leave(lived.context, OWNER)
    assert exported(lived)["conferences"]
    leave(lived.context, OWNER, erase=True)
    with pytest.raises(BadRequest, match=f"nothing is stored of {OWNER}") as raised:
        exported(lived)
    assert raised.value.status == 404
    assert exported(lived, BOB)["conferences"]
