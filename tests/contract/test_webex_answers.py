"""What each answer of Webex means, its tokens, and what the check finds."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from conformance.changes import change, deletion
from functions.adapters.web.client import Http, Limits
from functions.core.errors import Gone, Rejected, RetryLater
from tests.support.logged import logged, named
from tests.support.webex import Site, event, series, settings


@pytest.mark.parametrize("status", [423, 429])
@pytest.mark.parametrize("on", ["GET", "PATCH", "token"])
def test_when_webex_asks_to_wait(plain: Site, status: int, on: str) -> None:
    """The change comes again after as long as Webex says."""
    name = plain.make()
    plain.order(on, status=status, headers={"Retry-After": "900"})
    with pytest.raises(RetryLater) as caught:
        plain.apply(name)
    assert caught.value.delay == (900 if (on, status) != ("token", 423) else None)
    assert plain.of(name)["title"] == "as made"


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [
        (400, Rejected, "as ordered"),
        (403, Rejected, "meeting:schedules_write"),
        (404, Gone, "as ordered"),
        (409, Rejected, "as ordered"),
        (410, Gone, "as ordered"),
        (415, Rejected, "as ordered"),
    ],
)
@pytest.mark.parametrize("on", ["GET", "PATCH"])
def test_what_each_refusal_means(plain: Site, on: str, status: int, kind: Any, word: str) -> None:
    """Webex's words for people; for the log the status and what Cisco's support asks for."""
    name = plain.make()
    plain.order(on, status=status)
    with pytest.raises(kind, match=word) as caught:
        plain.apply(name)
    assert "as ordered" not in caught.value.logged
    assert "ROUTER_" in caught.value.logged
    assert getattr(caught.value, "may_be_all", False) is (status == 403)  # a scope, or this host's right


@pytest.mark.parametrize("status", [200, 302, 400, 404, 410])
def test_what_is_no_answer_of_webex(plain: Site, status: int) -> None:
    """A page of HTML ends no conference, whatever its status: the address may be wrong."""
    name = plain.make()
    plain.order("GET", status=status, text="<html>Not found</html>")
    with pytest.raises(RetryLater, match="see WEBEX_API_URL"):
        plain.provider().apply(deletion(name))
    assert plain.of(name)["title"] == "as made"


@pytest.mark.parametrize("kind", ["drop", "status"])
@pytest.mark.parametrize("on", ["GET", "PATCH", "DELETE", "token"])
def test_an_answer_that_is_lost(plain: Site, kind: str, on: str) -> None:
    """Asked again, it comes to the same, whether it had been done or not."""
    name, told = plain.make(), plain.provider()
    plain.order(on, kind=kind, status=503)
    lines = ("RRULE:FREQ=WEEKLY;COUNT=6", "EXDATE:20310113T090000Z")
    told.apply(change(name, meeting=series(recurrence=lines)))
    assert len(plain.server.meetings.instances(name)) == 5
    assert plain.of(name)["title"] == "Planning"


def test_a_slow_webex(plain: Site) -> None:
    """The calls of one change share its time: it ends as passing trouble."""
    name = plain.make()
    told = plain.provider(http=Http(limits=Limits(connect=1, read=1, call=1, tries=1, change=0.3)))
    told.check()
    plain.order("PATCH", kind="hang")
    with pytest.raises(RetryLater):
        told.apply(change(name, meeting=event()))


def test_one_token_for_many_threads(plain: Site) -> None:
    """Twenty changes at once cost one exchange."""
    names, told = [plain.make() for _ in range(20)], plain.provider()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: told.apply(change(name, meeting=event())), names))
    assert plain.server.keys.exchanges == 1


def test_a_token_that_ends_or_is_revoked(plain: Site) -> None:
    """Shortly before its end, and when Webex refuses it, another one is asked for."""
    name, told = plain.make(), plain.provider()
    plain.server.keys.lasts = 299
    for _ in range(2):
        told.apply(deletion(plain.make()))
    assert plain.server.keys.exchanges == 4  # one for each call
    plain.server.keys.lasts = 86_400
    told.apply(change(name, meeting=event()))
    plain.server.keys.issued.clear()
    told.apply(change(name, meeting=event(title="Renamed")))
    assert plain.of(name)["title"] == "Renamed"
    assert plain.server.keys.exchanges == 6


def test_a_token_that_is_refused_again(plain: Site) -> None:
    """Passing trouble that names the settings: it is put right in one place for all meetings."""
    name = plain.make()
    plain.order("GET", status=401, count=2)
    with pytest.raises(RetryLater, match="WEBEX_REFRESH_TOKEN"):
        plain.apply(name)


@pytest.mark.parametrize("wrong", ["client_id", "client_secret", "refresh_token"])
def test_wrong_credentials(plain: Site, wrong: str) -> None:
    """Passing trouble in a change, a fault in a check; it names the settings and repeats no secret."""
    told, gone = plain.provider(**{wrong: "secret-word"}), deletion(plain.make())
    for kind, act in ((Rejected, told.check), (RetryLater, lambda: told.apply(gone))):
        with pytest.raises(kind, match="WEBEX_REFRESH_TOKEN") as caught:
            act()
        assert "secret-word" not in str(caught.value) + caught.value.logged


def test_the_check_says_how_long_the_refresh_token_lasts(site: Site) -> None:
    """And changes nothing."""
    name = site.make()
    assert site.provider().check() == "can be reached; the refresh token is good for 90 more days"
    assert site.of(name)["title"] == "as made"
    assert {each.method for each in site.server.log} == {"GET"}


def test_the_check_warns_of_the_refresh_tokens_end(plain: Site) -> None:
    """With less than two weeks left it is a fault; it also says if Webex gave another one, or does not say
    when it ends.
    """
    keys, told = plain.server.keys, plain.provider()
    keys.gives = "another-word"
    assert "Webex gave another one" in told.check()
    assert "another-word" not in told.check()
    keys.refresh_lasts = None
    assert "did not say" in told.check()
    keys.refresh_lasts = 13 * 86_400
    with pytest.raises(Rejected, match=r"good for 13 more days.* make a new one before it ends"):
        told.check()


@pytest.mark.parametrize(("days", "said"), [(13, [13]), (15, []), (None, [])])
def test_a_refresh_token_that_ends_soon_is_said_by_each_instance_once(
    plain: Site, days: int | None, said: list[int]
) -> None:
    """With less than two weeks left; so somebody can make a new one in time."""
    plain.server.keys.refresh_lasts = days and days * 86_400.0
    name, told = plain.make(), plain.provider()
    with logged() as lines:
        for title in ("Renamed", "Renamed again"):
            told.apply(change(name, meeting=event(title=title)))
    ends = named(lines, "system.token_ends")
    assert [(line["provider"], line["days_left"]) for line in ends] == [("webex", days) for days in said]
    assert plain.of(name)["title"] == "Renamed again"


def test_the_check_finds_a_missing_scope(plain: Site) -> None:
    """The scopes are named."""
    plain.server.keys.scopes.clear()
    with pytest.raises(Rejected, match="meeting:schedules_read"):
        plain.provider().check()


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"client_id": ""}, "WEBEX_CLIENT_ID is missing"),
        ({"client_secret": ""}, "WEBEX_CLIENT_SECRET is missing"),
        ({"refresh_token": ""}, "WEBEX_REFRESH_TOKEN is missing"),
        ({"host_email": "owner"}, "WEBEX_HOST_EMAIL must be calendar, any, or"),
        ({"api_url": "http://webex.example.com/v1"}, "WEBEX_API_URL must start with https"),
        ({"api_url": "webexapis.com"}, "WEBEX_API_URL"),
    ],
)
def test_settings_that_cannot_work(given: dict[str, str], word: str) -> None:
    """Each is named."""
    with pytest.raises(ValueError, match=word):
        settings(
            **{"url": "https://webexapis.com/v1", **given}
            if "api_url" not in given
            else {"url": given["api_url"]}
        )
