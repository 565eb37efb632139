"""Zoom's limits, tokens and odd answers, and the settings."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from conformance.changes import change, deletion
from functions.adapters.providers.zoom.provider import ZoomSettings
from functions.adapters.providers.zoom.token import api_url, check_scopes
from functions.core.errors import Gone, Rejected, RetryLater
from local.zoom.account import HOST
from local.zoom.faults import TOKEN
from tests.contract.zoom_rig import (
    MIDNIGHT_S,
    NOW,
    Zoom,
    single,
)


@pytest.mark.parametrize("documented", [True, False], ids=["with headers", "with words alone"])
def test_the_limit_of_a_day(zoom: Zoom, *, documented: bool) -> None:
    """A host at the limit waits until 00:00 UTC, is not asked for again meanwhile, and holds up nobody."""
    zoom.account.daily_headers = documented
    zoom.account.spend("busy@example.com")
    provider = zoom.provider()
    for _ in range(3):
        with pytest.raises(RetryLater) as trouble:
            provider.apply(change(zoom.account.make("busy@example.com")))
        assert trouble.value.delay == MIDNIGHT_S
    assert len(zoom.bodies()) == 1
    idle = zoom.account.make("idle@example.com")
    provider.apply(change(idle))
    zoom.now += timedelta(seconds=MIDNIGHT_S)
    again = zoom.account.make("busy@example.com")
    provider.apply(change(again))
    assert {(zoom.account.find(name) or {})["topic"] for name in (idle, again)} == {"Planning"}


def test_a_deletion_is_not_held_up_by_the_limit_of_a_day(zoom: Zoom) -> None:
    """Only updates are counted."""
    zoom.account.spend(HOST)
    name, provider = zoom.account.make(), zoom.provider()
    with pytest.raises(RetryLater):
        provider.apply(change(name))
    provider.apply(deletion(name))
    assert zoom.account.find(name) is None


def test_the_limit_of_a_second(zoom: Zoom) -> None:
    """The end of a short limit is waited for, as Zoom says it: a Unix time."""
    name = zoom.account.make()
    headers = {"X-RateLimit-Type": "QPS", "X-RateLimit-Reset": str(int(NOW.timestamp()) + 3)}
    zoom.fault("PATCH", status=429, headers=headers, text='{"code": 429, "message": "per-second"}')
    zoom.provider().apply(change(name))
    assert zoom.pauses == [3.0]


def test_another_limit_is_not_that_of_a_day(zoom: Zoom) -> None:
    """Without a word of when it ends, the change is tried again soon, and its host is not held up."""
    name = zoom.account.make()
    zoom.fault("PATCH", status=429, count=2, text='{"code": 429, "message": "too many at once"}')
    with pytest.raises(RetryLater) as trouble:
        zoom.provider().apply(change(name))
    assert trouble.value.delay is None


def test_one_token_for_all_threads(zoom: Zoom) -> None:
    """Eight threads with one provider fetch one token."""
    names, provider = [zoom.account.make() for _ in range(16)], zoom.provider()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: provider.apply(change(name)), names))
    assert len(zoom.told(TOKEN)) == 1


def test_a_token_is_replaced_before_it_ends(zoom: Zoom) -> None:
    """With five minutes left a new one is fetched, with more the old one serves."""
    clock = [0.0]
    provider = zoom.provider(clock=lambda: clock[0])
    for at, fetched in ((0.0, 1), (3_299.0, 1), (3_301.0, 2)):
        clock[0] = at
        provider.apply(change(zoom.account.make()))
        assert len(zoom.told(TOKEN)) == fetched


def test_a_refused_token_is_replaced_once(zoom: Zoom) -> None:
    """A token that ended early costs one more, and the change is made."""
    name, provider = zoom.account.make(), zoom.provider()
    provider.apply(change(name))
    zoom.account.app.tokens.clear()
    provider.apply(change(name, meeting=single(title="After")))
    assert ((zoom.account.find(name) or {})["topic"], len(zoom.told(TOKEN))) == ("After", 2)


def test_a_token_that_is_never_taken(zoom: Zoom) -> None:
    """It is passing for the meetings, and says what to look at; Zoom is not asked a third time."""
    name = zoom.account.make()
    zoom.fault("GET", status=401, count=9, text='{"code": 124, "message": "Invalid access token."}')
    with pytest.raises(RetryLater, match="is the app activated"):
        zoom.provider().apply(change(name))
    assert (len(zoom.told("GET")), len(zoom.told(TOKEN))) == (2, 2)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"client_secret": "wrong"}, "see ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET"),
        ({"account_id": "wrong"}, "see ZOOM_ACCOUNT_ID"),
    ],
)
def test_wrong_credentials_are_put_right_in_one_place(zoom: Zoom, settings: Any, word: str) -> None:
    """No meeting is set aside for them; the check rejects them, with the setting to look at."""
    name, provider = zoom.account.make(), zoom.provider(**settings)
    with pytest.raises(RetryLater, match=word):
        provider.apply(change(name))
    with pytest.raises(Rejected, match=word):
        provider.check()


@pytest.mark.parametrize("verb", ["read", "update", "delete"])
def test_missing_scopes_are_named(zoom: Zoom, verb: str) -> None:
    """A scope that was not granted holds up the changes that take it, and the check names it alone."""
    scope = f"meeting:{verb}:meeting:admin"
    zoom.account.app.scopes.remove(scope)
    make = deletion if verb == "delete" else change
    with pytest.raises(RetryLater, match=f"under Scopes, and activate it again: {scope}$"):
        zoom.provider().apply(make(zoom.account.make()))
    with pytest.raises(Rejected, match=f"activate it again: {scope}$"):
        zoom.provider().check()


def test_scopes_of_older_apps(zoom: Zoom) -> None:
    """Apps from before the finer scopes have all that is needed in one or two."""
    zoom.account.app.scopes = {"meeting:write:admin", "meeting:read:admin"}
    check_scopes(zoom.provider()._tokens.get())


def test_the_check_changes_nothing(zoom: Zoom) -> None:
    """It fetches a token and reads what nobody has."""
    zoom.provider().check()
    assert [call.method for call in zoom.account.calls] == [TOKEN, "GET"]


def test_a_check_of_another_server(zoom: Zoom) -> None:
    """What is not Zoom does not pass for it."""
    zoom.fault("GET", status=404, text="<html>nothing here</html>")
    with pytest.raises(Rejected, match="answered 404"):
        zoom.provider().check()


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (404, '<?xml version="1.0"?><Result><code>3001</code><message>x</message></Result>', Gone),
        (404, "<html>not found</html>", Rejected),
        (400, '{"code": 300, "message": "Validation Failed."}', Rejected),
        (400, '{"code": "300"}', Rejected),
        (400, "[1]", Rejected),
        (400, '{"code": 3161, "message": "no"}', Rejected),
        (302, "", Rejected),
        (200, "<html>maintenance</html>", RetryLater),
        (200, "[]", RetryLater),
        (503, '<?xml version="1.0"?><error/>', RetryLater),
    ],
)
@pytest.mark.parametrize("make", [change, deletion], ids=["update", "deletion"])
def test_odd_answers(zoom: Zoom, status: int, text: str, error: type[Exception], make: Any) -> None:
    """Only Zoom's own word makes a meeting gone; whatever else comes, nothing is changed."""
    name = zoom.account.make()
    zoom.fault("GET", status=status, text=text, count=2)
    with pytest.raises(error):
        zoom.provider().apply(make(name))
    assert (zoom.account.find(name) or {})["topic"] == "as made"


@pytest.mark.parametrize(
    ("status", "text", "may_be_all"),
    [
        (404, "<html>not found</html>", True),
        (403, "<html>forbidden</html>", True),
        (400, '{"code": 300, "message": "Validation Failed."}', False),
        (404, '{"code": 1001, "message": "User does not exist."}', False),
        (409, "", False),
    ],
)
def test_what_a_wrong_address_may_be_answered(
    zoom: Zoom,
    status: int,
    text: str,
    may_be_all: bool,  # noqa: FBT001 - a row of the table
) -> None:
    """What is not in Zoom's own words may be about more than this meeting."""
    zoom.fault("GET", status=status, text=text)
    with pytest.raises(Rejected) as refusal:
        zoom.provider().apply(change(zoom.account.make()))
    assert refusal.value.may_be_all is may_be_all


WEBINARS = ("Cannot access webinar info.", "Cannot access webinar information.", "cannot access Webinar Info")
OTHERS = (
    "Instant meetings do not support the `schedule_for` parameter.",
    "Users in 'x' have been blocked from joining meetings and webinars.",
    "You cannot schedule a meeting for x",
)


@pytest.mark.parametrize("text", WEBINARS)
def test_a_webinar_is_found_by_any_of_zooms_words(zoom: Zoom, text: str) -> None:
    """Zoom says it in another way for each of its calls."""
    name = zoom.account.make()
    zoom.fault("GET", status=400, text=json.dumps({"code": 3000, "message": text}))
    with pytest.raises(Rejected, match="webinar:read:webinar:admin"):
        zoom.provider().apply(change(name))
    assert [call.path for call in zoom.told("GET")] == [f"/v2/meetings/{name}", f"/v2/webinars/{name}"]


@pytest.mark.parametrize("text", OTHERS)
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_other_refusals_with_a_webinars_code(zoom: Zoom, method: str, text: str) -> None:
    """Code 3000 says many things: each is a refusal in its own words, and no webinar is looked for."""
    name = zoom.account.make()
    zoom.fault(method, status=400, text=json.dumps({"code": 3000, "message": text}))
    with pytest.raises(Rejected, match=text) as refusal:
        zoom.provider().apply(change(name))
    assert refusal.value.logged.endswith("code 3000")
    assert len(zoom.told("GET")) == 1


@pytest.mark.parametrize("status", [500, 400, 200])
def test_a_token_is_never_repeated(zoom: Zoom, status: int) -> None:
    """What comes instead of a token is neither logged nor raised where it might be one."""
    zoom.fault(TOKEN, status=status, text='{"token": "very-secret"}', count=2)
    with pytest.raises(RetryLater) as trouble:
        zoom.provider().apply(change(zoom.account.make()))
    assert "very-secret" not in trouble.value.logged
    if status == 200:
        assert "very-secret" not in str(trouble.value)


def test_a_refusal_is_logged_without_its_words(zoom: Zoom) -> None:
    """Zoom's words may repeat what it was told: the log has its code alone."""
    text = '{"code": 300, "message": "Planning is no topic"}'
    zoom.fault("PATCH", status=400, text=text)
    with pytest.raises(Rejected) as refusal:
        zoom.provider().apply(change(zoom.account.make()))
    assert "Planning" in str(refusal.value)
    assert refusal.value.logged == "127.0.0.1 answered 400, code 300"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"account_id": ""}, "ZOOM_ACCOUNT_ID is missing"),
        ({"client_id": ""}, "ZOOM_CLIENT_ID is missing"),
        ({"client_secret": ""}, "ZOOM_CLIENT_SECRET is missing"),
        ({"recurrence": "weekly"}, "ZOOM_RECURRENCE must be no_fixed_time or fixed"),
        ({"hosts": "ada"}, "ZOOM_HOSTS must be calendar, any, or e-mail addresses"),
        ({"hosts": " , "}, "ZOOM_HOSTS names nobody"),
        ({"api_url": "ftp://x/"}, "ZOOM_API_URL must start with"),
        ({"token_url": "https://u:p@x/"}, "ZOOM_TOKEN_URL must not carry a user"),
    ],
)
def test_settings_that_do_not_fit(settings: Any, said: str) -> None:
    """Each is named."""
    usual = {"account_id": "a", "client_id": "c", "client_secret": "s"}
    with pytest.raises(ValueError, match=said):
        ZoomSettings(**{**usual, **settings})


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ("https://api-us.zoom.us", "https://api-us.zoom.us/v2"),
        ("https://api.zoomgov.com", "https://api.zoomgov.com/v2"),
        ("http://api-us.zoom.us", "https://api.zoom.us/v2"),
        ("https://zoom.us.example.com", "https://api.zoom.us/v2"),
        ("https://evilzoom.us", "https://api.zoom.us/v2"),
        ("https://u:p@api.zoom.us", "https://api.zoom.us/v2"),
        ("https://api.zoom.us:444", "https://api.zoom.us/v2"),
        ("", "https://api.zoom.us/v2"),
        ("https://[", "https://api.zoom.us/v2"),
    ],
)
def test_where_a_token_leads(zoom: Zoom, said: str, used: str) -> None:
    """An account's own address of the API is taken if it is Zoom's and encrypted: the token goes there."""
    zoom.account.app.api_url = said
    assert api_url(zoom.provider()._tokens.get()) == used
