"""The handlers under the host that deploys them: answers, bodies, acknowledgement by returning or raising."""

import ast
import base64
import importlib.util
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from cloudevents.http import CloudEvent

from functions import wiring
from functions.adapters.queues.messages import decode
from functions.adapters.queues.sqlite import SqliteQueue
from functions.core.channel import sign
from functions.core.errors import BadRequest
from local.conferences.faults import Fault
from tests.flow.wrapped import ShutQueue
from tests.host.conftest import FUNCTIONS, ROOT, Host
from tests.support import envelopes
from tests.support.rig import OWNER, SOLUTION, People
from tests.support.scripted import Scripted, answer
from tests.support.wired import forget

KEYS = ["k" * 32]


def notification(**change: str) -> dict[str, str]:
    usual = {
        "X-Goog-Channel-ID": "channel",
        "X-Goog-Resource-State": "exists",
        "X-Goog-Resource-ID": "resource",
        "X-Goog-Channel-Token": sign(OWNER, "channel", KEYS),
        "Content-Type": "application/json; utf-8",
    }
    return {**usual, **{name.replace("_", "-"): value for name, value in change.items()}}


def pushed(content: object, **change: Any) -> dict[str, Any]:
    """A message as a push subscription delivers it."""
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    message = {
        "data": base64.b64encode(text).decode(),
        "attributes": {},
        "messageId": "7",
        "publishTime": now,
        **change,
    }
    return {"message": message, "subscription": "projects/p/subscriptions/s"}


def asked(calendar_id: str = OWNER) -> dict[str, Any]:
    return {"calendar_id": calendar_id, "reason": "notification", "channel_id": None, "resource_id": None}


def test_a_notification_is_published_then_answered_204(host: Host) -> None:
    """Empty answer, one message that says which calendar and channel; an odd body is not read."""
    answer = host.client("receive_notification").post("/", headers=notification(), data=b"\xff not JSON")
    assert (answer.status_code, answer.data) == (204, b"")
    (delivery,) = SqliteQueue(str(host.folder / "queue")).claim(9)
    assert json.loads(delivery.data) == {**asked(), "channel_id": "channel", "resource_id": "resource"}


def test_a_handler_may_be_called_without_a_host(host: Host) -> None:
    """By a program that has a CloudEvent in hand: it returns, or raises so that the message comes again."""
    host.enrol()
    spec = importlib.util.spec_from_file_location("deployed", ROOT / "main.py")
    assert spec is not None
    assert spec.loader is not None
    deployed = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(deployed)
    kind = {"type": "google.cloud.pubsub.topic.v1.messagePublished", "source": "//pubsub.googleapis.com/"}
    host.calendar.control("DELETE", "requests")
    assert deployed.sync_calendar(CloudEvent(kind, {"message": pushed(asked())["message"]})) is None
    assert host.calendar.control("GET", "requests")["calls"]["events.list"] == 1
    with pytest.raises(BadRequest):
        deployed.sync_calendar(CloudEvent(kind, {"message": pushed(b"no JSON")["message"]}))


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", notification(X_Goog_Channel_Token="v1.Zm9yZ2Vk.c2ln"), 403),
        ("POST", notification(X_Goog_Channel_ID="another"), 403),
        ("POST", {"X-Goog-Channel-ID": "channel"}, 400),
        ("POST", notification(X_Goog_Resource_State="sync"), 204),
        ("GET", notification(), 405),
    ],
)
def test_what_is_not_a_change_publishes_nothing(
    host: Host, method: str, headers: dict[str, str], status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each with its status and an empty body; the log never shows a token."""
    answer = host.client("receive_notification").open("/", method=method, headers=headers)
    assert (answer.status_code, answer.data) == (status, b"")
    assert SqliteQueue(str(host.folder / "queue")).waiting() == 0
    token = headers.get("X-Goog-Channel-Token", "no token")
    assert token not in "".join(capfd.readouterr())


FILE = "google0123456789abcdef.html"


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", f"/{FILE}", 200, f"google-site-verification: {FILE}".encode()),
        ("HEAD", f"/{FILE}", 200, b""),
        ("GET", f"/{FILE}?x=1", 200, f"google-site-verification: {FILE}".encode()),
        ("GET", "/", 405, b""),
        ("GET", "/googlefedcba9876543210.html", 405, b""),
        ("GET", f"/noexist_{FILE}", 405, b""),
        ("GET", f"/more/{FILE}", 405, b""),
        ("PUT", f"/{FILE}", 405, b""),
        ("POST", f"/{FILE}", 204, b""),
    ],
)
def test_google_is_shown_whose_the_domain_is(
    host: Host, monkeypatch: pytest.MonkeyPatch, method: str, path: str, status: int, body: bytes
) -> None:
    """The file that the settings name is answered, whoever asks; all else is as without it."""
    monkeypatch.setenv("SITE_VERIFICATION", FILE)
    answer = host.client("receive_notification").open(path, method=method, headers=notification())
    assert (answer.status_code, answer.data) == (status, body)
    assert SqliteQueue(str(host.folder / "queue")).waiting() == (status == 204)


def test_no_file_is_shown_unless_the_settings_name_it(host: Host) -> None:
    """Anybody may ask."""
    assert host.client("receive_notification").get(f"/{FILE}").status_code == 405


def test_a_queue_that_cannot_be_opened_is_503(host: Host) -> None:
    """Google tries again."""
    client = host.client("receive_notification")
    queue = SqliteQueue(str(host.folder / "queue"))
    queue.close()
    (host.folder / "queue").write_bytes(b"this is not a database, but long enough to look like one" * 40)
    assert client.post("/", headers=notification()).status_code == 503


def test_a_request_is_carried_out_and_acknowledged(host: Host) -> None:
    """The subscriber returns: the message is done."""
    host.enrol()
    assert host.client("sync_calendar").post("/", json=pushed(asked())).status_code == 200
    answer = host.client("sync_calendar").post("/", json=pushed(asked("nobody@example.com")))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        pushed(b"no JSON"),
        pushed([1]),
        pushed({"reason": "sweep"}),
        pushed({"calendar_id": OWNER, "reason": "whim"}),
        pushed({"calendar_id": 7, "reason": "sweep"}),
        pushed(asked(), publishTime="soon"),
        pushed(asked(), publishTime=None),
        pushed(asked(), data="%%%"),
    ],
)
def test_an_unreadable_message_is_not_acknowledged(
    host: Host, body: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    """It comes again until it is a dead letter, and its id is in the log."""
    answer = host.client("sync_calendar").post("/", json=body)
    assert answer.status_code in (400, 500)
    if answer.status_code == 500:
        assert '"message_id": "7"' in capfd.readouterr().out


def test_passing_trouble_is_not_acknowledged(host: Host) -> None:
    """The message comes again."""
    host.enrol()
    room = host.conferences.rooms.create("Room").id
    People(url=f"{host.calendar.url}/calendar/v3/calendars/{OWNER}/events").add(room)
    host.conferences.faults.add(Fault(kind="status", status=429, headers={"Retry-After": "60"}))
    assert host.client("sync_calendar").post("/", json=pushed(asked())).status_code == 500


def test_enrolling_over_http(host: Host) -> None:
    """POST, GET and DELETE answer as documented."""
    client = host.client("initialize_syncing")
    made = client.post("/", json={"calendar_id": "primary", "user": None})
    assert made.status_code == 200
    assert made.json is not None
    assert set(made.json) == {"calendar_id", "channel", "synced", "watchable"}
    assert (made.json["calendar_id"], made.json["synced"], made.json["watchable"]) == (OWNER, True, True)
    assert client.post("/", json={"calendar_id": OWNER}).json == made.json
    known = client.get("/", query_string={"calendar_id": OWNER})
    assert (known.status_code, known.json and known.json["channel"]) == (200, made.json["channel"])
    assert client.delete("/", query_string={"calendar_id": OWNER}).status_code == 200
    for method in ("GET", "DELETE"):
        answer = client.open("/", method=method, query_string={"calendar_id": OWNER})
        assert answer.status_code == 404
    erased = client.delete("/", query_string={"calendar_id": OWNER, "erase": "true"})
    assert (erased.status_code, erased.json) == (200, {"calendar_id": OWNER, "still_enrolled": []})
    odd = client.delete("/", query_string={"calendar_id": OWNER, "erase": "yes"})
    assert (odd.status_code, odd.json) == (400, {"error": "erase must be true or false"})


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({}, "calendar_id"),
        ({"calendar_id": ""}, "calendar_id"),
        ({"calendar_id": 5}, "calendar_id"),
        ({"calendar_id": OWNER, "user": 5}, "user"),
        ([], "JSON object"),
        (None, "JSON object"),
    ],
)
def test_an_unreadable_body_is_400_and_says_which_field(host: Host, body: object, names: str) -> None:
    """The caller is told what to mend."""
    answer = host.client("initialize_syncing").post("/", json=body)
    assert answer.status_code == 400
    assert names in str(answer.json)


def test_other_answers_of_enrolling(host: Host) -> None:
    """404 without access, 409 for another user, 502 when Calendar is out, 400 without a query, 405."""
    client = host.client("initialize_syncing")
    assert client.post("/", json={"calendar_id": "nobody@example.com"}).status_code == 404
    host.enrol()
    assert client.post("/", json={"calendar_id": OWNER, "user": "thief@example.com"}).status_code == 409
    host.calendar.control(
        "POST", "faults", {"method": "calendars.get", "status": 403, "reason": "quotaExceeded"}
    )
    assert client.post("/", json={"calendar_id": OWNER}).status_code == 502
    assert client.get("/").status_code == 400
    assert client.put("/").status_code == 405


def test_renewing_and_sweeping_answer_with_counts(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 with what was done. One calendar's renewal that fails is no failure of the run."""
    host.enrol()
    renewed = host.client("renew_channels").post("/")
    assert (renewed.status_code, renewed.json) == (200, {"renewed": 0, "failed": 0, "lost": 0, "left": False})
    swept = host.client("sweep_calendars").post("/")
    assert (swept.status_code, swept.json) == (
        200,
        {"asked": 0, "failed": 0, "conferences": 0, "left": False, "parked": 0},
    )
    monkeypatch.setenv("RENEW_BEFORE_SECONDS", "700000")
    forget()
    host.calendar.control("POST", "faults", {"method": "events.watch", "status": 400, "times": 9})
    failed = host.client("renew_channels").post("/")
    assert (failed.status_code, failed.json) == (200, {"renewed": 0, "failed": 1, "lost": 0, "left": False})


def test_a_sweep_without_a_queue_is_503(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the scheduler counts the run as failed: no calendar can be asked for."""
    host.enrol()
    monkeypatch.setattr(wiring, "make_queue", lambda _: ShutQueue())
    forget()
    host.clock.sleep(2 * 86_400)
    swept = host.client("sweep_calendars").post("/")
    assert (swept.status_code, swept.json and swept.json["failed"]) == (503, 1)


def test_a_sync_request_survives_the_queue(host: Host) -> None:
    """What the receiver publishes is what the subscriber reads."""
    host.enrol()
    host.client("receive_notification").post("/", headers=notification())
    (delivery,) = SqliteQueue(str(host.folder / "queue")).claim(9)
    assert decode(delivery.data).calendar_id == OWNER
    assert host.client("sync_calendar").post("/", json=pushed(delivery.data)).status_code == 200


def started(function: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The function's start, in a process whose whole environment is given."""
    code = f"import functions_framework as f; f.create_app({function!r}, 'main.py')"
    environ = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_fault_in_the_settings_is_listed_at_start(function: str) -> None:
    """One message names them all; the instance does not start."""
    ended = started(
        function,
        STORE="postgres",
        QUEUE="kafka",
        CHANNEL_TOKEN_KEYS="short",
        LEASE_SECONDS="-1",
        WRITE_BACK="yes",
    )
    assert ended.returncode != 0
    for name in ("STORE:", "QUEUE:", "CHANNEL_TOKEN_KEYS:", "LEASE_SECONDS:", "WRITE_BACK:"):
        assert name in ended.stderr


@pytest.mark.parametrize(
    ("function", "names"),
    [
        ("receive_notification", {"CHANNEL_TOKEN_KEYS"}),
        ("sync_calendar", {"CONFERENCE_SOLUTIONS"}),
        ("renew_channels", {"NOTIFICATION_URL", "CHANNEL_TOKEN_KEYS"}),
        ("initialize_syncing", {"NOTIFICATION_URL", "CHANNEL_TOKEN_KEYS", "CONFERENCE_SOLUTIONS"}),
    ],
)
def test_what_a_function_needs_is_asked_for(function: str, names: set[str]) -> None:
    """Nothing set at all: each missing name once, and no others: a renewal needs no provider."""
    said = started(function).stderr
    missing = [line.partition(": is not set")[0] for line in said.splitlines() if ": is not set" in line]
    assert sorted(missing) == sorted(names | {"GOOGLE_CLOUD_PROJECT"})


def test_a_providers_faults_are_among_them() -> None:
    """The webhook's secret, Janus' URL and Zoom's account are looked at with everything else."""
    said = started(
        "sync_calendar",
        GOOGLE_CLOUD_PROJECT="p",
        CONFERENCE_SOLUTIONS=f"{SOLUTION}=webhook;uri:https://janus.example.com/=janus;uri:https://zoom.us/=zoom",
        WEBHOOK_URL="https://hook.example.com/",
        WEBHOOK_SECRET="guess me",
    ).stderr
    assert "WEBHOOK_SECRET" in said
    assert "JANUS_URL" in said
    assert "ZOOM_ACCOUNT_ID" in said


def test_the_receiver_loads_nothing_it_does_not_use() -> None:
    """No Firestore, no Calendar client, no provider, once it has what it publishes with."""
    code = (
        "import sys, functions_framework as f; f.create_app('receive_notification', 'main.py');"
        "from functions import wiring; wiring.queue('receive_notification');"
        "print('\\n'.join(sys.modules))"
    )
    environ = {
        "PATH": os.environ["PATH"],
        "GOOGLE_CLOUD_PROJECT": "p",
        "CHANNEL_TOKEN_KEYS": "k" * 32,
        "PUBSUB_EMULATOR_HOST": "127.0.0.1:9",
        "CONFERENCE_SOLUTIONS": f"{SOLUTION}=webhook",
    }
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )
    loaded = set(ended.stdout.split())
    assert "google.cloud.pubsub_v1" in loaded
    vendors = ("google.cloud.firestore", "googleapiclient", "httpx", "standardwebhooks", "sqlite3")
    unwanted = (*vendors, *(f"functions.adapters.{room}" for room in ("providers", "stores", "calendar")))
    assert [name for name in loaded if name.startswith(unwanted)] == []


def test_the_handlers_are_thin() -> None:
    """No handler has more than fifteen lines; `main` knows flows, what comes in, wiring, logs and errors."""
    tree = ast.parse((ROOT / "main.py").read_text())
    handlers = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert {node.name for node in handlers} >= set(FUNCTIONS)
    assert all((node.end_lineno or 0) - node.lineno < 15 for node in handlers)
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    ours = {name for name in imported if name.startswith("functions")}
    comes_in = {"functions.core", "functions.core.channel", "functions.adapters.queues", "functions.visits"}
    others = {name for name in ours if not name.startswith("functions.flow.")}
    assert others <= {"functions", "functions.core.errors", *comes_in}


@pytest.mark.parametrize(
    ("reason", "status"),
    [("rateLimitExceeded", 502), ("quotaExceeded", 502), ("accessNotConfigured", 502), ("forbidden", 404)],
)
def test_a_limit_is_no_missing_calendar(
    host: Host, monkeypatch: pytest.MonkeyPatch, reason: str, status: int
) -> None:
    """Enrolling while one is reached is to be tried again; only a calendar without access is not there."""
    with Scripted([answer(403, envelopes.present(403, reason))]) as calendar:
        monkeypatch.setenv("CALENDAR_API_ENDPOINT", f"http://127.0.0.1:{calendar.port}")
        monkeypatch.setattr(random, "uniform", lambda *_: 0.0)  # no pauses between tries
        told = host.client("initialize_syncing").post("/", json={"calendar_id": OWNER})
    assert told.status_code == status
    assert told.json is not None
    assert reason in told.json["error"]
