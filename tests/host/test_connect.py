"""`connect_calendar`: each row of what a request is answered, as it is served."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from functions.core.enrolment import Trouble
from functions.core.errors import RetryLater
from functions.core.model import Reason
from tests.host.connecting import (
    ADDON,
    BOB,
    CLIENT,
    DAY_S,
    READING,
    URL,
    Browser,
    Connecting,
    asked,
    connecting,
)
from tests.support.rig import OWNER


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connecting]:
    with connecting(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def browser(story: Connecting) -> Browser:
    return story.browser()


def test_led_to_google(story: Connecting, browser: Browser) -> None:
    """With PKCE and a nonce, for the least scopes, and a cookie that only this browser has."""
    answer = browser.ask("/")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{story.calendar.url}/o/oauth2/v2/auth?")
    found = asked(answer.headers["Location"])
    assert found["scope"] == f"openid email {READING}"
    assert (found["access_type"], found["prompt"]) == ("offline", "consent")
    assert (found["client_id"], found["redirect_uri"]) == (CLIENT, f"{URL}/callback")
    assert found["code_challenge_method"] == "S256"
    assert len(found["nonce"]) == len(found["code_challenge"]) == 43
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-connect=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"} <= set(cookie.split("; "))
    assert browser.cookie() not in answer.headers["Location"]


def test_writing_needs_more(story: Connecting, browser: Browser) -> None:
    story.set(WRITE_BACK="location")
    found = asked(browser.ask("/").headers["Location"])
    assert found["scope"] == "openid email https://www.googleapis.com/auth/calendar.events.owned"


def test_connected(story: Connecting, browser: Browser) -> None:
    """Enrolled in the name of who signed in, watched, and the first sync asked for."""
    answer = browser.connect()
    assert answer.status_code == 200
    assert f"{OWNER} is connected" in answer.text
    assert f"{URL}/disconnect" in answer.text
    enrolment, grant = story.enrolment(), story.grant()
    assert enrolment
    assert enrolment.user == OWNER
    assert enrolment.watch.channel
    assert grant
    assert grant.allows(READING)
    assert [(one.calendar_id, one.reason) for one in story.waiting()] == [(OWNER, Reason.INITIALIZE)]


def test_the_pages_are_closed(browser: Browser) -> None:
    """Nothing from elsewhere, no script, no frame, and kept by nobody."""
    headers = browser.connect().headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"


def test_escaped(browser: Browser, story: Connecting) -> None:
    """What a link names is text."""
    answer = browser.connect(query="?calendar_id=<script>alert(1)</script>")
    assert answer.status_code == 404
    assert "<script" not in answer.text
    assert story.nothing_kept()


@pytest.mark.parametrize(
    "how", ["no cookie", "no state", "forged", "another browser", "old", "no code", "used code"]
)
def test_start_again(story: Connecting, browser: Browser, how: str) -> None:
    """A state of another browser or time, a code used or none: 400, and nothing is kept."""
    back = browser.google(browser.ask("/"), account=OWNER)
    sent = asked(back)
    match how:
        case "no cookie":
            browser.web.delete_cookie("__Host-connect", domain="connect.example.com")
        case "no state":
            back = f"/callback?code={sent['code']}"
        case "forged":
            back = back.replace(sent["state"], f"{sent['state'][:-2]}AA")
        case "another browser":
            browser = story.browser()
            browser.ask("/")
        case "old":
            story.clock.sleep(601)
        case "no code":
            back = f"/callback?state={sent['state']}"
        case "used code":
            cookie = browser.cookie()
            assert browser.ask(back).status_code == 200
            assert not browser.cookie()
            leave(story)
            browser.web.set_cookie("__Host-connect", cookie, domain="connect.example.com", secure=True)
    answer = browser.ask(back)
    assert answer.status_code == 400
    assert "start again" in answer.text
    assert not story.grant()
    assert not story.enrolment()


def leave(story: Connecting) -> None:
    assert story.call("initialize_syncing", "DELETE", query_string={"calendar_id": OWNER}).status_code == 200


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("access_denied", "You did not allow access"),
        ("admin_policy_enforced", "administrator"),
        ("org_internal", "only for users of the organization"),
        ("anything", "start again"),
    ],
)
def test_refused_at_google(story: Connecting, browser: Browser, error: str, words: str) -> None:
    answer = browser.connect(error=error)
    assert (answer.status_code, words in answer.text) == (400, True)
    assert story.nothing_kept()


def test_not_ticked(story: Connecting, browser: Browser) -> None:
    """Given back, since nothing else is kept."""
    answer = browser.connect(scopes=[])
    assert (answer.status_code, "tick it" in answer.text) == (400, True)
    assert story.nothing_kept()


def test_not_ticked_while_connected(story: Connecting, browser: Browser) -> None:
    """Giving it back would end the consent that there is, too."""
    browser.connect()
    standing = story.grant()
    assert browser.connect(scopes=[]).status_code == 400
    assert story.grant() == standing
    assert story.google_grants()
    assert read(story) == 200


def read(story: Connecting) -> int:
    """What it is answered to be enrolled anew, which reads the calendar."""
    body = {"calendar_id": OWNER, "user": OWNER}
    return story.call("initialize_syncing", json=body).status_code


def ticket(story: Connecting, user: str = OWNER) -> str:
    identity = story.control("POST", "identity", account=user, audience=ADDON)
    answer = status(story, identity["id_token"])
    assert answer.status_code == 200, answer.text
    url = answer.json["url"]
    assert url.startswith(f"{URL}/?ticket=")
    return str(url.removeprefix(f"{URL}/"))


def status(story: Connecting, token: str):  # type: ignore[no-untyped-def] # noqa: ANN201
    return story.browser().ask("/status", "POST", headers={"Authorization": f"Bearer {token}"})


def test_the_ticket_names_who_signs_in(story: Connecting, browser: Browser) -> None:
    query = ticket(story)
    assert asked(browser.ask(f"/{query}").headers["Location"])["login_hint"] == OWNER
    assert browser.connect(query=query).status_code == 200


def test_signed_in_as_somebody_else(story: Connecting, browser: Browser) -> None:
    """Both are named, and nothing of either is kept."""
    answer = browser.connect(BOB, query=ticket(story))
    assert answer.status_code == 403
    assert OWNER in answer.text
    assert BOB in answer.text
    assert story.nothing_kept()
    assert story.nothing_kept(BOB)


def test_the_others_own_grant_stays(story: Connecting, browser: Browser) -> None:
    browser.connect(BOB)
    standing = story.grant(BOB)
    assert browser.connect(BOB, query=ticket(story)).status_code == 403
    assert story.grant(BOB) == standing
    assert story.google_grants(BOB)


@pytest.mark.parametrize("how", ["forged", "old"])
def test_a_ticket_that_is_not_good(story: Connecting, browser: Browser, how: str) -> None:
    """400, with nothing read."""
    query = ticket(story)
    if how == "old":
        story.clock.sleep(8 * 86_400)
    answer = browser.ask(f"/{query[:-2]}AA" if how == "forged" else f"/{query}")
    assert (answer.status_code, "new one" in answer.text) == (400, True)


def test_nothing_is_read_before_a_signature_fits(story: Connecting, browser: Browser) -> None:
    """Of the store and of Google: with all records gone, what is forged is refused as ever."""
    good = story.control("POST", "identity", account=OWNER, audience=ADDON)["id_token"]
    assert status(story, good).status_code == 200
    browser.ask("/")
    with closing(sqlite3.connect(story.folder / "store")) as store:
        for table in ("grants", "enrolments", "conferences"):
            store.execute(f"DROP TABLE {table}")
    story.control("DELETE", "requests")
    assert browser.ask("/?ticket=forged").status_code == 400
    assert browser.ask("/callback?code=any&state=forged").status_code == 400
    assert browser.ask("/disconnect", "POST", data={"confirmation": "forged"}).status_code == 400
    assert status(story, "forged").status_code == 401
    assert status(story, f"{good.rpartition('.')[0]}.forged").status_code == 401
    assert story.control("GET", "requests")["total"] == 0
    assert status(story, good).status_code == 500


def test_no_target_is_taken(story: Connecting, browser: Browser) -> None:
    """Whatever a link names, Google sends browsers back to us, and we send them nowhere."""
    elsewhere = "https://elsewhere.example.com"
    names = ("redirect_uri", "url", "next", "continue", "return_to")
    wished = "&".join(f"{name}={elsewhere}/{name}" for name in names)
    led = browser.ask(f"/?{wished}")
    assert asked(led.headers["Location"])["redirect_uri"] == f"{URL}/callback"
    assert "elsewhere" not in led.headers["Location"]
    answer = browser.ask(f"{browser.google(led, account=OWNER)}&{wished}")
    assert (answer.status_code, "Location" in answer.headers) == (200, False)
    assert "elsewhere" not in answer.text


def test_not_their_calendar(story: Connecting, browser: Browser) -> None:
    answer = browser.connect(query=f"?calendar_id={BOB}")
    assert answer.status_code == 404
    assert story.nothing_kept()


def test_not_their_calendar_while_connected(story: Connecting, browser: Browser) -> None:
    browser.connect()
    assert browser.connect(query=f"?calendar_id={BOB}").status_code == 404
    assert story.grant()
    assert read(story) == 200


def test_the_address_is_another_account_now(story: Connecting, browser: Browser) -> None:
    browser.connect()
    standing = story.grant()
    story.control("POST", "subject", account=OWNER)
    answer = browser.connect()
    assert (answer.status_code, "another Google account" in answer.text) == (409, True)
    assert story.grant() == standing
    assert not story.google_grants()


def test_two_windows_at_once(story: Connecting, browser: Browser) -> None:
    """The first to come back is connected, and stays so."""
    other = story.browser()
    first = other.google(other.ask("/"), account=OWNER)
    story.before_grant.append(lambda: other.ask(first))
    answer = browser.connect()
    assert (answer.status_code, "another window" in answer.text) == (409, True)
    assert story.grant()
    assert read(story) == 200


@pytest.mark.parametrize("how", ["our client is wrong", "page in HTML"])
def test_google_cannot_be_asked(story: Connecting, browser: Browser, how: str) -> None:
    back = browser.google(browser.ask("/"), account=OWNER)
    if how == "our client is wrong":
        story.set(GOOGLE_OAUTH_CLIENT_SECRET="wrong")
    else:
        fail_tokens(story, 503, body="<html>Service Unavailable")
    answer = browser.ask(back)
    assert (answer.status_code, "later" in answer.text) == (502, True)
    assert not story.grant()
    assert not story.enrolment()


def fail_tokens(story: Connecting, status: int, times: int = 100, **more: object) -> None:
    story.control("POST", "faults", method="oauth2.token", status=status, times=times, **more)


def test_the_addon_asks(story: Connecting, browser: Browser) -> None:
    """Connected or not, with where to connect."""
    token = story.control("POST", "identity", account=OWNER, audience=ADDON)
    before = status(story, token["id_token"])
    assert (before.status_code, before.json["connected"]) == (200, False)
    browser.connect()
    assert status(story, token["id_token"]).json["connected"] is True


@pytest.mark.parametrize(
    ("audience", "claims"),
    [
        ("another", {}),
        (ADDON, {"exp": 1_000}),
        (ADDON, {"iss": "https://example.com"}),
        (ADDON, {"email_verified": False}),
    ],
)
def test_somebody_else_asks(story: Connecting, audience: str, claims: dict[str, object]) -> None:
    token = story.control("POST", "identity", account=OWNER, audience=audience, claims=claims)["id_token"]
    assert status(story, token).status_code == 401
    assert status(story, f"{token[:-8]}AAAAAAAA").status_code == 401
    assert story.browser().ask("/status", "POST").status_code == 401


@pytest.mark.parametrize("claims", [{}, {"aud": ""}, {"aud": None}, {"aud": []}, {"aud": ["", ADDON]}])
def test_no_addon_is_known(story: Connecting, claims: dict[str, object]) -> None:
    """Without `ADDON_CLIENT_ID` no token is the add-on's, not even one for no audience."""
    token = story.control("POST", "identity", account=OWNER, audience=ADDON)["id_token"]
    assert status(story, token).status_code == 200
    story.set(ADDON_CLIENT_ID="")
    token = story.control("POST", "identity", account=OWNER, audience=ADDON, claims=claims)["id_token"]
    assert status(story, token).status_code == 401


def test_disconnected(story: Connecting, browser: Browser) -> None:
    """After signing in and confirming: the channel is stopped, and the grant is gone here and at Google."""
    browser.connect()
    page = browser.ask(browser.google(browser.ask("/disconnect"), account=OWNER))
    assert (page.status_code, "<form" in page.text) == (200, True)
    assert story.grant()
    answer = browser.ask("/disconnect", "POST", data={"confirmation": confirmation(page.text)})
    assert answer.status_code == 200
    assert story.nothing_kept()
    assert story.calls("channels.stop") == 1


def confirmation(page: str) -> str:
    return page.partition('name="confirmation" value="')[2].partition('"')[0]


def test_confirmed_by_another_browser(story: Connecting, browser: Browser) -> None:
    """A form from elsewhere ends nothing, and neither does a state in the place of a confirmation."""
    browser.connect()
    back = browser.google(browser.ask("/disconnect"), account=OWNER)
    page = browser.ask(back)
    other = story.browser()
    other.ask("/")
    for text, who in ((confirmation(page.text), other), (asked(back)["state"], browser), ("", browser)):
        assert who.ask("/disconnect", "POST", data={"confirmation": text}).status_code == 400
    assert browser.ask(f"/callback?code=any&state={confirmation(page.text)}").status_code == 400
    assert story.grant()


def test_nothing_to_disconnect(browser: Browser) -> None:
    page = browser.ask(browser.google(browser.ask("/disconnect"), account=OWNER))
    answer = browser.ask("/disconnect", "POST", data={"confirmation": confirmation(page.text)})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("verb", "path", "code"),
    [
        ("GET", "/else", 404),
        ("POST", "/", 405),
        ("PUT", "/callback", 405),
        ("GET", "/status", 405),
        ("DELETE", "/disconnect", 405),
    ],
)
def test_anything_else(browser: Browser, verb: str, path: str, code: int) -> None:
    assert browser.ask(path, verb).status_code == code


def test_no_lasting_consent(story: Connecting, browser: Browser) -> None:
    """Google need not give a refresh token: what it gave is of no use."""
    sent = browser.ask("/")
    nonce = asked(sent.headers["Location"])["nonce"]
    back = browser.google(sent, account=OWNER)
    token = story.control("POST", "identity", account=OWNER, audience=CLIENT, claims={"nonce": nonce})
    given = {"access_token": "a", "scope": f"openid {READING}", **token}
    fail_tokens(story, 200, body=json.dumps(given))
    assert browser.ask(back).status_code == 502
    assert not story.grant()


@pytest.mark.parametrize(
    "said", ["{}", "[]", "<html>", '{"id_token": "a.b.c"}', '{"id_token": "a.W10.c", "scope": 1}']
)
def test_no_answer_of_googles(story: Connecting, browser: Browser, said: str) -> None:
    """Nobody signed in by it."""
    back = browser.google(browser.ask("/"), account=OWNER)
    fail_tokens(story, 200, body=said)
    assert browser.ask(back).status_code == 502
    assert not story.grant()


def test_it_cannot_be_given_back(story: Connecting, browser: Browser) -> None:
    """That is logged, and the user is told what is wrong all the same."""
    story.control("POST", "faults", method="oauth2.revoke", status=503, times=100)
    assert browser.connect(scopes=[]).status_code == 400
    assert not story.grant()


def test_the_queue_takes_nothing(story: Connecting, browser: Browser) -> None:
    """The sweep asks for what is due."""
    story.before_publish.append(RetryLater("no queue"))
    assert browser.connect().status_code == 200
    assert not story.waiting()
    assert story.call("sweep_calendars").status_code == 200
    assert [one.calendar_id for one in story.waiting()] == [OWNER]


def test_woken_by_a_refused_one(story: Connecting, browser: Browser) -> None:
    """A user whose consent had ended asks for a calendar that is not theirs: their own is read again."""
    browser.connect()
    story.settle()
    story.lose()
    assert browser.connect(query=f"?calendar_id={BOB}").status_code == 404
    assert not story.trouble().lost_at
    assert story.waiting()


def test_woken_after_a_month(story: Connecting, browser: Browser) -> None:
    """What they consented to is forgotten, and what they consent to now is kept, though Calendar fails."""
    browser.connect()
    story.settle()
    story.lose()
    story.let_pass(31 * DAY_S)
    story.control("POST", "faults", method="events.list", status=503, times=100)
    assert browser.connect().status_code == 502
    story.calendar.control("DELETE", "faults", None)
    assert story.grant()
    story.settle()
    assert not story.trouble().losses


def test_woken_without_a_channel(story: Connecting, browser: Browser) -> None:
    """A calendar is read at once, though it cannot be watched for now."""
    browser.connect()
    story.settle()
    kept = story.store.enrolment(OWNER)
    assert kept
    lost = replace(kept.value, trouble=Trouble(losses=5, lost_at=story.clock.now()))
    assert story.store.save(lost, kept.version)
    story.control("POST", "faults", method="events.watch", status=500, times=100)
    assert browser.connect().status_code == 200
    assert {one.calendar_id for one in story.waiting()} == {OWNER}
    assert not story.trouble().lost_at


def test_disconnecting_another_account(story: Connecting, browser: Browser) -> None:
    """Who has the address now ends nothing of who had it before."""
    browser.connect()
    story.control("POST", "subject", account=OWNER)
    page = browser.ask(browser.google(browser.ask("/disconnect"), account=OWNER))
    assert (
        browser.ask("/disconnect", "POST", data={"confirmation": confirmation(page.text)}).status_code == 409
    )
    assert story.grant()


def test_a_channel_that_cannot_be_stopped(story: Connecting, browser: Browser) -> None:
    """The consent lasts until the sweep has stopped it, and ends then."""
    browser.connect()
    story.settle()
    story.control("POST", "faults", method="channels.stop", status=503, times=100)
    page = browser.ask(browser.google(browser.ask("/disconnect"), account=OWNER))
    assert (
        browser.ask("/disconnect", "POST", data={"confirmation": confirmation(page.text)}).status_code == 502
    )
    assert story.grant()
    story.control("DELETE", "faults")
    story.later(600)
    assert story.nothing_kept()


def test_google_cannot_be_told_of_the_end(story: Connecting, browser: Browser) -> None:
    """Google cannot be told that a consent ended: it is forgotten here, and that is logged."""
    browser.connect()
    story.control("POST", "faults", method="oauth2.revoke", status=503, times=100)
    leave(story)
    assert not story.grant()
    assert story.google_grants()
