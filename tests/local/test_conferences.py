"""The small conference system: it must be strict, or what is tested against it proves little."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from standardwebhooks import Webhook

from local.conferences.server import Server, new_secret, start

UPDATE = "conference.updated"


@pytest.fixture
def server() -> Iterator[Server]:
    running = start()
    yield running
    running.stop()


def call(url: str, method: str = "GET", body: Any = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"content-type": "application/json"}, method=method)
    return _fetch(request)


def _fetch(request: Request) -> tuple[int, Any]:
    try:
        with urlopen(request, timeout=5) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"null")


def post(server: Server, kind: str, name: str, **more: Any) -> tuple[int, Any]:
    """Send a signed message; `id`, `secret`, `at`, `tamper` and `event` may be given."""
    data = {"conference_id": name, "occurrence": more.get("occurrence"), "event": more.get("event")}
    body = json.dumps({"type": kind, "data": data})
    at = more.get("at", datetime.now(UTC))
    change_id = more.get("id", "change-1")
    headers = {
        "webhook-id": change_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(more.get("secret", server.secret)).sign(change_id, at, body),
    }
    sent = body + more.get("tamper", "")
    return _fetch(Request(server.webhook_url, sent.encode(), headers, method="POST"))


def test_an_add_on_makes_a_conference(server: Server) -> None:
    """A conference is made with a title, has a link, and can be looked at alone and in the list."""
    status, made = call(f"{server.url}/conferences", "POST", {"title": "Planning"})
    assert (status, made["join_url"]) == (200, f"{server.url}/join/{made['id']}")
    assert call(f"{server.url}/conferences/{made['id']}")[1]["title"] == "Planning"
    assert [each["id"] for each in call(f"{server.url}/conferences")[1]] == [made["id"]]
    assert call(f"{server.url}/conferences/other")[0] == 404


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": new_secret()},
        {"tamper": " "},
        {"at": datetime.now(UTC) - timedelta(minutes=6)},
        {"at": datetime.now(UTC) + timedelta(hours=1)},
    ],
    ids=["secret", "body", "old", "future"],
)
def test_forged_messages(server: Server, forged: dict[str, Any]) -> None:
    """A message with a wrong secret, a changed body or an old time changes nothing."""
    name = server.rooms.create("as made").id
    assert post(server, UPDATE, name, event={"title": "forged"}, **forged)[0] == 401
    assert call(f"{server.url}/conferences/{name}")[1]["title"] == "as made"


def test_unsigned_messages(server: Server) -> None:
    """A message without a signature is refused, and is in the log all the same."""
    assert call(server.webhook_url, "POST", {"type": UPDATE})[0] == 401
    assert [line["status"] for line in call(f"{server.url}/log")[1]] == [401]


def test_a_repeat_is_answered_and_not_done_again(server: Server) -> None:
    """The same id twice is one change: the second gets the first one's answer."""
    name = server.rooms.create("as made").id
    first = post(server, UPDATE, name, event={"title": "one"})
    assert post(server, UPDATE, name, event={"title": "two"}) == first
    assert call(f"{server.url}/conferences/{name}")[1]["title"] == "one"
    assert [line["repeat"] for line in call(f"{server.url}/log")[1]] == [False, True]


def test_what_it_does_not_know(server: Server) -> None:
    """An update of an unknown conference is gone; a deletion of one is done."""
    assert post(server, UPDATE, "nobody", id="a", event={"title": "x"})[0] == 410
    assert post(server, "conference.deleted", "nobody", id="b")[0] == 200


def test_a_deleted_conference_has_no_occurrences(server: Server) -> None:
    """What happens to an instance of a deleted conference is gone."""
    name = server.rooms.create("x").id
    post(server, "conference.deleted", name, id="a")
    assert post(server, "occurrence.cancelled", name, id="b", occurrence="2026-03-02T09:00:00Z")[0] == 410


def test_trouble_for_one_conference(server: Server) -> None:
    """Ordered trouble meets the conference it is meant for, as often as ordered, and no other."""
    one, other = server.rooms.create("one").id, server.rooms.create("other").id
    fault = {"kind": "status", "status": 429, "headers": {"Retry-After": "7"}, "conference_id": one}
    assert call(f"{server.url}/control/faults", "POST", {**fault, "count": 2})[0] == 201
    wishes = [(one, "a"), (other, "b"), (one, "a"), (one, "a")]
    statuses = [post(server, UPDATE, name, id=key, event={"title": "x"})[0] for name, key in wishes]
    assert statuses == [429, 200, 429, 200]


def test_trouble_withdrawn(server: Server) -> None:
    """Trouble that was ordered can be called off."""
    name = server.rooms.create("x").id
    call(f"{server.url}/control/faults", "POST", {"kind": "status", "count": 9})
    assert call(f"{server.url}/control/faults", "DELETE")[0] == 204
    assert post(server, UPDATE, name, event={"title": "x"})[0] == 200


@pytest.mark.parametrize("wish", [{"kind": "smoke"}, {"kind": "drop", "color": "red"}, {}])
def test_trouble_that_it_does_not_know(server: Server, wish: dict[str, Any]) -> None:
    """An order that makes no sense is refused."""
    assert call(f"{server.url}/control/faults", "POST", wish)[0] == 400


def test_the_log_can_be_cleared(server: Server) -> None:
    """After clearing, the log holds only what came since."""
    post(server, UPDATE, "nobody", event={"title": "x"})
    assert call(f"{server.url}/log", "DELETE")[0] == 204
    assert call(f"{server.url}/log")[1] == []


def test_the_command_says_where_it_is_and_stops_when_told() -> None:
    """As a command it prints its address and secret, answers, and ends well on SIGTERM."""
    secret = new_secret()
    command = [sys.executable, "-m", "local.conferences", "--secret", secret]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip().removeprefix("WEBHOOK_URL=")
        assert process.stdout.readline().strip() == f"WEBHOOK_SECRET={secret}"
        assert call(url.removesuffix("/webhook") + "/conferences") == (200, [])
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
