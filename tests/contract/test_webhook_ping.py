"""What two pings find out about a receiver: a wrong secret, a wrong path, one that takes everything."""

import json

import pytest

from functions.adapters.providers.webhook import WebhookProvider, WebhookSettings
from functions.adapters.web.client import Http
from functions.core.errors import Rejected, RetryLater
from local.conferences.server import new_secret, start
from tests.support.scripted import Scripted, answer

SECRET = "whsec_" + "c2VjcmV0" * 4


def provider(url: str, secret: str = SECRET) -> WebhookProvider:
    settings = WebhookSettings(url=url, secret=secret, allow_private=True)
    return WebhookProvider(settings, http=Http(sleep=lambda _seconds: None))


def told(signed: int, forged: int) -> str:
    """What is found, or logged as a fault, where the signed ping and the forged one are answered so."""
    with Scripted([answer(signed, b"in its words"), answer(forged)]) as server:
        try:
            return provider(server.url).check()
        except Rejected as fault:
            return fault.logged


def test_pings_name_no_conference_and_are_two() -> None:
    """Nobody can take them for a change; each has an id of its own, and only the first is signed for us."""
    with Scripted([answer(200), answer(401)]) as server:
        provider(server.url).check()
    bodies = [json.loads(heard.body) for heard in server.heard]
    assert [(body["type"], body["data"]) for body in bodies] == [("ping", {})] * 2
    names = {heard.header("webhook-id") for heard in server.heard}
    assert (len(names), [name for name in names if "." in name]) == (2, [])


def test_the_small_conference_system_knows_ping() -> None:
    """It answers a signed one, refuses the forged one, and nothing changes."""
    running = start()
    try:
        name = running.rooms.create("as made").id
        assert provider(running.webhook_url, running.secret).check() == (
            "answers 200 to a signed ping, 401 to a forged one"
        )
        assert [(line["type"], line["status"]) for line in running.rooms.log()] == [
            ("ping", 200),
            (None, 401),
        ]
        found = running.rooms.find(name)
        assert found is not None
        assert (found["title"], found["event"]) == ("as made", None)
        with pytest.raises(Rejected, match=r"answered 401: .*; WEBHOOK_SECRET is not the receiver's"):
            provider(running.webhook_url, new_secret()).check()
        with pytest.raises(Rejected, match=r"answered 404: .*; nothing takes webhooks at this path"):
            provider(f"{running.url}/webhooks", running.secret).check()
    finally:
        running.stop()


@pytest.mark.parametrize("signed", [401, 403])
def test_a_wrong_secret(signed: int) -> None:
    """A receiver that refuses the signed ping has another secret; it is not asked any further."""
    with Scripted([answer(signed)]) as server, pytest.raises(Rejected, match="; WEBHOOK_SECRET is not the"):
        provider(server.url).check()
    assert server.accepted == 1


@pytest.mark.parametrize(
    ("signed", "forged", "says"),
    [
        (200, 401, "answers 200 to a signed ping, 401 to a forged one"),
        (204, 400, "answers 204 to a signed ping, 400 to a forged one"),
        (
            400,
            401,
            "answers 400 to a signed ping, 401 to a forged one: it does not know ping, but the secret",
        ),
        (
            404,
            403,
            "answers 404 to a signed ping, 403 to a forged one: it does not know ping, but the secret",
        ),
        (404, 404, "nothing takes webhooks at this path: see WEBHOOK_URL"),
        (405, 405, "nothing takes webhooks at this path: see WEBHOOK_URL"),
        (308, 308, "no redirect is followed: give WEBHOOK_URL the address that it leads to"),
        (200, 200, "it took a ping whose signature is wrong, too"),
        (404, 204, "it took a ping whose signature is wrong, too"),
        (400, 400, "if WEBHOOK_SECRET is the receiver's"),
        (410, 422, "if WEBHOOK_SECRET is the receiver's"),
    ],
)
def test_what_the_answers_tell(signed: int, forged: int, says: str) -> None:
    """Who refuses the forged ping alone is there and has the secret, whatever it makes of the other."""
    found = told(signed, forged)
    assert (says in found, "in its words" in found) == (True, False)


def test_which_ping_met_trouble() -> None:
    """A receiver that breaks on a wrong signature, rather than refuse it, is told from one that is down."""
    with Scripted([answer(200), answer(500)]) as server:
        with pytest.raises(RetryLater, match=r"a forged ping: 127\.0\.0\.1 answered 500"):
            provider(server.url).check()
        with pytest.raises(RetryLater, match=r"a signed ping: 127\.0\.0\.1 answered 500"):
            provider(server.url).check()
