"""Events of a size that Calendar would not take: what becomes of them in records, logs and messages."""

import json
import logging

import pytest

from functions.adapters import records
from functions.adapters.provider_webhook import BODY_MAX_BYTES
from functions.logs import JsonLines
from tests.rig import Rig

TEXT = "word " * 2_000_000
GUESTS = [{"email": f"guest{number}@example.com"} for number in range(10_000)]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [JsonLines("p").format(record) for record in caplog.records if record.name.startswith("functions")]


def test_ten_thousand_guests_and_ten_megabytes_of_text(house: Rig, caplog: pytest.LogCaptureFixture) -> None:
    """Told in a small message, remembered in a small record, and in the log not at all."""
    caplog.set_level(logging.INFO, "functions")
    room = house.room()
    house.people().add(room, description=TEXT, attendees=GUESTS)
    assert house.sync() == "synced"
    told = house.seen(room)
    assert len(json.dumps(told)) < BODY_MAX_BYTES
    assert len(json.dumps(records.document(house.record(room)))) < 3_000
    lines = logged(caplog)
    assert max(map(len, lines)) < 1_000
    assert "word" not in "".join(lines)
    assert "guest1@" not in "".join(lines)


def test_a_title_of_a_megabyte_is_set_aside_alone(house: Rig) -> None:
    """It can be neither told whole nor cut by us; the other event of the same read goes on."""
    huge, usual = house.room(), house.room()
    house.people().add(huge, summary=TEXT[:1_000_000])
    house.people().add(usual, summary="Usual")
    assert house.sync() == "synced"
    parked = house.record(huge).parked
    assert parked is not None
    assert parked.reason.startswith(
        "title, location and rules of the event alone would make a message of 1000"
    )
    assert house.seen(usual)["title"] == "Usual"
    assert house.told() == [("conference.updated", usual, None)]
