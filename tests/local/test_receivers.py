"""What the check of a receiver finds: nothing on those of docs/webhook.md, and on a faulty one its fault."""

import json
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from conformance.receiver import Finding, findings
from conformance.sender import Sender, Unreachable
from functions.adapters.providers.webhook import BODY_MAX_BYTES
from functions.adapters.web.client import Limits
from local.conferences.faults import Fault
from local.conferences.server import new_secret, start
from tests.support.receivers import PAGE, SECRET, faulty, receiver, running
from tests.support.scripted import Scripted, answer

ROOT = Path(__file__).parents[2]
LANGUAGES: list[Any] = ["python", pytest.param("js", marks=pytest.mark.node)]
TRUSTING = {
    "python": {"if not signed or abs(time.time() - int(at)) > 300:": "if False:"},
    "js": {"if (!signed || Math.abs(Date.now() / 1000 - at) > 300)": "if (false)"},
}
SEVERAL = {"forgery", "occurrence"}
FORGERIES = {
    *("wrong signature", "no signature", "another body", "another id", "6 minutes old", "6 minutes early")
}
ROOM = '    room = data.get("conference_id")\n'
TYPES = 'if type in ("ping", "conference.deleted") or'
REFUSE = "            return self.send_error(401)\n"
CARRY_OUT = "answers[id] = answers.get(id) or carry_out(**json.loads(body))"
AT_WORK = """\
answers.setdefault(id, 0)
        if again.is_set() and b"At once" in body and not answers[id]:
            both.set()
            return self.send_error(409)
        if b"At once" in body:
            again.set()
            both.wait(10)
        answers[id] = answers[id] or carry_out(**json.loads(body))"""


def refusing(condition: str, status: int) -> dict[str, str]:
    """After the signature."""
    return {REFUSE: f"{REFUSE}        if {condition}:\n            return self.send_error({status})\n"}


FAULTS: Mapping[str, tuple[Mapping[str, str], set[str]]] = {
    "any time passes": (
        {" or abs(time.time() - int(at)) > 300": ""},
        {"6 minutes old", "6 minutes early", "untouched"},
    ),
    "old times pass": (
        {"abs(time.time() - int(at))": "int(at) - time.time()"},
        {"6 minutes old", "untouched"},
    ),
    "early times pass": (
        {"abs(time.time() - int(at))": "time.time() - int(at)"},
        {"6 minutes early", "untouched"},
    ),
    "one signature counts": ({"sent.split()": "sent.split()[:1]"}, {"rotation"}),
    "refuses with 400": ({"self.send_error(401)": "self.send_error(400)"}, FORGERIES),
    "refuses after the deed": (
        {REFUSE: f"            carry_out(**json.loads(body))\n{REFUSE}"},
        {"untouched"},
    ),
    "keeps no ids": ({"answers.get(id) or ": ""}, {"late repeat"}),
    "answers a repeat otherwise": (
        {
            CARRY_OUT: f"seen = id in answers\n        {CARRY_OUT}",
            "(answers[id])": "(answers[id] + 2 * seen)",
        },
        {"repeat"},
    ),
    "refuses what it is at": (
        {
            "import base64,": "import threading, base64,",
            "rooms, answers": "again, both = threading.Event(), threading.Event()\nrooms, answers",
            "http.server.HTTPServer(": "http.server.ThreadingHTTPServer(",
            CARRY_OUT: AT_WORK,
        },
        {"at once"},
    ),
    "reads ids in small letters": (
        {ROOM: f"{ROOM}    room = room and room.lower()\n"},
        {"spelling"},
    ),
    "deletes only what it knows": (
        {TYPES: 'if type == "ping" or room in rooms and type == "conference.deleted" or', "410": "404"},
        {"unknown"},
    ),
    "deletes nothing": (
        {ROOM: f'{ROOM}    if type == "conference.deleted": return 405\n'},
        {"unknown", "deletion"},
    ),
    "recreates nothing": (
        {ROOM: f'{ROOM}    if type == "conference.deleted": rooms.pop(room, None)\n'},
        {"recreation"},
    ),
    "does not know ping": ({TYPES: 'if type == "conference.deleted" or'}, {"ping"}),
    "takes no long bodies": (refusing("len(body) > 18_000", 413), {"20 kB"}),
    "takes no days": (refusing("b'\"all_day\":true' in body", 422), {"all day"}),
    "does not know occurrences": (
        {ROOM: f'{ROOM}    if type.startswith("occurrence."): return 422\n'},
        {"occurrence.updated", "occurrence.cancelled"},
    ),
}


def broken(found: Iterable[Finding]) -> set[str]:
    """Names of promises, and where several have one name, what was sent."""
    return {
        one.sent.rpartition(", ")[2] if one.promise in SEVERAL else one.promise
        for one in found
        if not one.holds
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_receivers_of_the_page_keep_every_promise(language: str) -> None:
    """As they stand there, for the conference that they have, and for one that they do not have."""
    with running(language, receiver(language)) as url:
        with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as line:
            line.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf")
        found = list(findings(Sender(url, SECRET), "r1"))
        assert (broken(found), len(found)) == (set(), 22)
        assert broken(findings(Sender(url, SECRET))) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receiver_that_takes_everything(language: str) -> None:
    """Without its line about signatures, each of the page's receivers is seen to take all forgeries."""
    with running(language, faulty(receiver(language), TRUSTING[language])) as url:
        for conference in ("r1", None):
            assert broken(findings(Sender(url, SECRET), conference)) >= FORGERIES


@pytest.mark.parametrize(("faults", "promises"), FAULTS.values(), ids=FAULTS)
def test_each_fault_breaks_its_promise(faults: Mapping[str, str], promises: set[str]) -> None:
    """A receiver with one fault breaks what the fault is about, and no other promise."""
    with running("python", faulty(receiver("python"), faults)) as url:
        assert broken(findings(Sender(url, SECRET), "r1")) == promises


def test_the_small_conference_system_keeps_every_promise() -> None:
    """With a conference of its own, and with one that is made up."""
    server = start()
    try:
        found = list(findings(Sender(server.webhook_url, server.secret), server.rooms.create("Room").id))
        assert (broken(found), len(found)) == (set(), 23)
        assert broken(findings(Sender(server.webhook_url, server.secret))) == set()
    finally:
        server.stop()


def test_a_receiver_that_is_slow() -> None:
    """The first message without an answer in time ends the check."""
    server = start()
    server.faults.add(Fault(kind="hang"))
    hasty = Limits(connect=1.0, read=0.2, call=0.5, tries=1)
    try:
        found = list(findings(Sender(server.webhook_url, server.secret, limits=hasty)))
    finally:
        server.stop()
    assert [(one.promise, one.holds, one.came) for one in found] == [
        ("in time", False, "no answer in 0.5 s"),
    ]


@pytest.mark.parametrize("status", [301, 401, 404, 500])
def test_a_receiver_that_takes_nothing(status: int) -> None:
    """Where not even a good message is taken, there is no more to be seen."""
    with Scripted([answer(status, b"why not")]) as server:
        found = list(findings(Sender(server.url, new_secret())))
    assert [one.promise for one in found] == ["ping", "update", "in time"]
    assert broken(found) == {"ping", "update"}
    assert found[1].came == f"{status}: why not"


def test_a_link_that_cannot_be_used() -> None:
    """How to join must be a link that people may click on."""
    for url, broke in (("javascript:alert(1)", True), ("https://meet.example.com/r1", False)):
        said = json.dumps({"conference": {"join_url": url}}).encode()
        with Scripted([answer(200, said)]) as server:
            found = list(findings(Sender(server.url, new_secret())))
        assert ("link" in broken(found)) == broke
        assert any(one.promise == "link" for one in found)


def test_what_is_made_up_is_deleted() -> None:
    """Where any id is taken, nothing is left of the check; a conference that was named stays."""
    for conference, last in ((None, "conference.deleted"), ("r1", "conference.updated")):
        with Scripted([answer(200)]) as server:
            list(findings(Sender(server.url, new_secret()), conference))
        assert json.loads(server.heard[-1].body)["type"] == last


def test_the_long_message_is_one() -> None:
    """It is almost as long as messages get."""
    with Scripted([answer(200)]) as server:
        list(findings(Sender(server.url, new_secret())))
    assert BODY_MAX_BYTES - 1_000 < max(len(heard.body) for heard in server.heard) < BODY_MAX_BYTES


def test_nobody_is_there() -> None:
    """A check of nobody says so."""
    with pytest.raises(Unreachable, match="cannot be reached"):
        list(findings(Sender("http://127.0.0.1:9/", SECRET)))


def test_the_commands_of_the_page() -> None:
    """They end well on the page's receiver."""
    commands = re.findall(r"^python -m (local send .*)$", PAGE, re.MULTILINE)
    assert len(commands) == 2
    with running("python", receiver("python")) as url:
        for command in commands:
            line = [sys.executable, "-m", *shlex.split(command.replace("http://127.0.0.1:8090/", url))]
            ran = subprocess.run(
                line, cwd=ROOT, env={"WEBHOOK_SECRET": SECRET}, capture_output=True, text=True, check=False
            )
            assert (ran.returncode, ran.stderr) == (0, "")
            assert url.removesuffix("/") in ran.stdout or "all 22 hold" in ran.stdout
