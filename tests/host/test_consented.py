"""Calendars of users who consented themselves: what ends, returns, fails for a while, and is never shown."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from functions.core.errors import RetryLater
from tests.host.connecting import (
    ADDON,
    BOB,
    CLIENT,
    DAY_S,
    GRANT_KEY,
    URL,
    Browser,
    Calendar,
    Connecting,
    connecting,
    title_of,
)
from tests.support.rig import OWNER


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connecting]:
    with connecting(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def browser(story: Connecting) -> Browser:
    """One whose user has connected, and their calendar was read."""
    made = story.browser()
    assert made.connect().status_code == 200
    story.settle()
    return made


def fail_tokens(story: Connecting, status: int, **more: object) -> None:
    story.control("POST", "faults", method="oauth2.token", status=status, times=1_000, **more)


def test_thirty_changes_cost_one_token(story: Connecting, browser: Browser) -> None:
    """The first sync asked for one; an access token lasts for an hour."""
    people, room = Calendar(story), story.conferences.rooms.create("Room").id
    event, before = people.add(room), story.calls()
    for number in range(30):
        people.rename(event, f"Title {number}")
        story.sync(OWNER)
    assert title_of(story, room) == "Title 29"
    assert story.calls() - before <= 1


def test_a_token_that_ends_early(story: Connecting, browser: Browser) -> None:
    """One more is asked for, and nothing is lost."""
    people, room = Calendar(story), story.conferences.rooms.create("Room").id
    people.add(room, "Before")
    story.sync(OWNER)
    before = story.calls()
    story.control("POST", "grants/expire", account=OWNER)
    people = Calendar(story)
    people.add(room, "After")
    story.sync(OWNER)
    assert story.calls() - before == 1
    enrolment = story.enrolment()
    assert enrolment
    assert not enrolment.trouble.why


def test_a_token_that_is_never_taken(story: Connecting, browser: Browser) -> None:
    """Calendar takes none of the user's: one more is asked for, not by each call, and it is believed."""
    before = story.calls()
    story.control("POST", "faults", method="*", status=401, reason="authError", times=1_000)
    enrolling = {"calendar_id": OWNER, "user": OWNER}
    answers = [story.call("initialize_syncing", json=enrolling) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {404}
    assert all("authError" in answer.text for answer in answers)
    assert story.calls() - before == 2  # the instance's first, and the one that is believed
    story.control("DELETE", "faults")
    assert story.call("initialize_syncing", json=enrolling).status_code == 200
    assert story.calls() - before == 2


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"status": 503, "body": "<html>Service Unavailable"}, "503"),
        ({"status": 401, "reason": "invalid_client"}, "GOOGLE_OAUTH_CLIENT_SECRET"),
        ({"status": 429, "reason": "rate_limited", "retryAfter": 200}, "429"),
        ({"status": 200, "body": "{}"}, "no token"),
        ({"status": 401, "reason": "unauthorized_client"}, "GOOGLE_OAUTH_CLIENT_ID"),
    ],
)
def test_no_tokens_for_minutes(
    story: Connecting, browser: Browser, fault: dict[str, object], says: str
) -> None:
    """Nobody's access counts as lost, and it heals by itself."""
    people, room = Calendar(story), story.conferences.rooms.create("Room").id
    people.add(room, "Healed")
    story.control("POST", "grants/expire", account=OWNER)
    fail_tokens(story, **fault)  # type: ignore[arg-type]
    story.later(DAY_S)
    for _ in range(6):
        story.later(600)
    trouble = story.trouble()
    assert (trouble.losses, trouble.lost_at) == (0, None)
    assert says in trouble.why
    story.control("DELETE", "faults")
    story.later(3_700)
    assert title_of(story, room) == "Healed"
    assert not story.trouble().why


def test_consent_ended_and_returned(story: Connecting, browser: Browser) -> None:
    """The calendar is marked, with what to do; connected again it is watched and caught up at once."""
    people, room = Calendar(story), story.conferences.rooms.create("Room").id
    event = people.add(room)
    story.sync(OWNER)
    story.lose()
    assert f"consent ended: send them to {URL}" in story.trouble().why
    people = Calendar(story)
    people.rename(event, "Meanwhile")
    enrolment = story.enrolment()
    assert enrolment
    assert browser.connect().status_code == 200
    again = story.enrolment()
    assert again
    assert again.watch.channel != enrolment.watch.channel
    story.settle()
    assert title_of(story, room) == "Meanwhile"
    assert not story.trouble().lost_at


def test_the_addon_is_told(story: Connecting, browser: Browser) -> None:
    """Connected and lost is not connected."""
    story.lose()
    token = story.control("POST", "identity", account=OWNER, audience=ADDON)
    headers = {"Authorization": f"Bearer {token['id_token']}"}
    assert browser.ask("/status", "POST", headers=headers).json["connected"] is False  # type: ignore[index]


def test_without_consent(story: Connecting) -> None:
    """The add-on, or an operator, is told where to send the user."""
    answer = story.call("initialize_syncing", json={"calendar_id": OWNER, "user": OWNER})
    assert answer.status_code == 404
    assert URL in answer.text


def test_primary_of_nobody(story: Connecting) -> None:
    assert story.call("initialize_syncing", json={"calendar_id": "primary"}).status_code == 502


def test_primary_is_who_signed_in(story: Connecting, browser: Browser) -> None:
    answer = story.call("initialize_syncing", json={"calendar_id": "primary", "user": OWNER})
    assert answer.json
    assert answer.json["calendar_id"] == OWNER


def test_what_is_lost_for_a_month_goes(story: Connecting, browser: Browser) -> None:
    """The grant of a user none of whose calendars can be read: the sweep forgets it, and not before."""
    story.lose()
    story.let_pass(29 * DAY_S)
    story.later(1)
    assert story.grant()
    story.let_pass(2 * DAY_S)
    story.later(1)
    assert not story.grant()
    assert browser.connect().status_code == 200
    assert not story.trouble().lost_at


def test_kept_until_nothing_needs_it(story: Connecting, browser: Browser) -> None:
    """The consent ends with the last calendar that leaves."""
    team = Calendar(story)._headers
    made = httpx.post(f"{story.calendar.url}/calendar/v3/calendars", json={"summary": "Team"}, headers=team)
    other = made.json()["id"]
    assert browser.connect(query=f"?calendar_id={other}").status_code == 200
    for name, left in ((OWNER, True), (other, False)):
        gone = story.call("initialize_syncing", "DELETE", query_string={"calendar_id": name})
        assert gone.status_code == 200
        assert bool(story.grant()) is left
        assert bool([one for one in story.google_grants() if one["client"] == CLIENT]) is left


def cut_short(story: Connecting) -> None:
    """The owner's calendar leaves, but for the end of the consent, which fails."""
    story.before_drop.append(RetryLater("the store does not answer"))
    gone = story.call("initialize_syncing", "DELETE", query_string={"calendar_id": OWNER})
    assert gone.status_code == 502
    assert story.grant()


def test_leaving_that_is_cut_short(story: Connecting, browser: Browser) -> None:
    """Whoever goes on with it ends the consent, too: a calendar has not left before that."""
    cut_short(story)
    gone = story.call("initialize_syncing", "DELETE", query_string={"calendar_id": OWNER})
    assert gone.status_code == 200
    assert story.nothing_kept()


def test_connected_again_while_leaving_is_cut_short(story: Connecting, browser: Browser) -> None:
    """The end of what was before does not end the new consent."""
    cut_short(story)
    story.clock.sleep(1)
    assert browser.connect().status_code == 200
    assert story.grant()
    assert story.google_grants()


def test_keys_are_rotated(story: Connecting, browser: Browser) -> None:
    """A grant is sealed with the new key as soon as it is used, and opens without the old one."""
    story.set(GRANT_KEYS=f"{'n' * 32},{GRANT_KEY}")
    story.sync(OWNER)
    story.set(GRANT_KEYS="n" * 32)
    assert story.call("initialize_syncing", json={"calendar_id": OWNER, "user": OWNER}).status_code == 200


def test_a_lost_key(story: Connecting, browser: Browser) -> None:
    """It is our trouble, and named."""
    story.set(GRANT_KEYS="n" * 32)
    answer = story.call("initialize_syncing", json={"calendar_id": OWNER, "user": OWNER})
    assert (answer.status_code, "GRANT_KEYS" in answer.text) == (502, True)


def test_a_moved_ciphertext(story: Connecting, browser: Browser) -> None:
    """What was sealed for one user does not open for another."""
    assert browser.connect(BOB).status_code == 200
    owners, bobs = story.store.grant(OWNER), story.store.grant(BOB)
    assert owners
    assert bobs
    assert story.store.keep_grant(replace(bobs.value, sealed=owners.value.sealed), bobs.version)
    story.set()
    answer = story.call("initialize_syncing", json={"calendar_id": BOB, "user": BOB})
    assert answer.status_code == 502


def test_nothing_leaks(story: Connecting, browser: Browser) -> None:
    """No token, code, cookie or secret is in store, queue, log or page, before the end and after it."""
    refused = story.browser()
    refused.ask("/")
    refused.connect(scopes=[])
    refused.connect(query=f"?calendar_id={BOB}")
    story.lose()
    browser.connect()
    story.settle()
    with_page = browser.ask(browser.google(browser.ask("/disconnect"), account=OWNER))
    held = with_page.text.partition('name="confirmation" value="')[2].partition('"')[0]
    assert not story.leaks()
    assert browser.ask("/disconnect", "POST", data={"confirmation": held}).status_code == 200
    assert not story.leaks()
    assert len(story.secrets()) > 10
    assert "connect.granted" in "".join(story.printed)
