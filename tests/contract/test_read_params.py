"""Which changes of the read void all tokens: each calendar is then read in full once."""

import hashlib

import pytest

from functions.adapters.calendar import google
from functions.adapters.calendar.google import GoogleCalendar

# What the mask asks for under each number. If this fails, the mask has changed: if a decision needs what it
# has learned, raise the number; then note here what it asks for now (docs/runbook.md).
MASKS = {1: "99636a3ae24c"}


def read_params() -> str:
    endpoint = "http://127.0.0.1:9"
    return GoogleCalendar(auth="anonymous", solutions=(), endpoint=endpoint).read_params


@pytest.mark.parametrize(("name", "value"), [("maxResults", 250), ("fields", "nextPageToken,nextSyncToken")])
def test_a_release_with_another_mask_or_page_goes_on_from_the_token(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    """Neither says which events the token stands for."""
    before = read_params()
    monkeypatch.setitem(google.READ, name, value)
    assert read_params() == before


def test_other_events_or_a_raised_mask_void_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token never stood for these, or never showed what is needed of them now."""
    names = [read_params()]
    monkeypatch.setattr(google, "MASK", google.MASK + 1)
    names.append(read_params())
    monkeypatch.setitem(google.CHOSEN, "eventTypes", ["default", "focusTime"])
    names.append(read_params())
    assert len({*names}) == 3


def test_a_changed_mask_is_decided_on() -> None:
    """Somebody has said whether decisions need what it learned."""
    asked = hashlib.sha256(google.EVENT_FIELDS.encode()).hexdigest()[:12]
    assert MASKS[google.MASK] == asked
