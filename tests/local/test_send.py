"""Messages sent by hand: what is shown of them, what the service makes of the answer, how it ends."""

import json
from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook

from local.conferences.server import Server, new_secret, start
from local.send import TYPES, main
from tests.support.scripted import Scripted, answer

SECRET = new_secret()
NOWHERE = "http://127.0.0.1:9/"
KINDS = ["conference.updated", "occurrence.updated", "occurrence.cancelled", "conference.deleted"]


@pytest.fixture(autouse=True)
def _no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEBHOOK_SECRET", raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    running = start(secret=SECRET)
    yield running
    running.stop()


def send(server: Server, *more: str) -> int:
    return main(["--to", server.webhook_url, "--secret", SECRET, *more])


@pytest.mark.parametrize("kind", KINDS)
def test_one_message(server: Server, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    """It is one of the service's, signed, and shown with its answer and what follows."""
    name = server.rooms.create("Room").id
    assert send(server, kind, "--conference", name, "--user", "ada@example.com") == 0
    (line,) = server.rooms.log()
    assert (line["type"], line["conference_id"], line["status"]) == (kind, name, 200)
    data = json.loads(line["body"])["data"]
    assert (data["creator"], data["calendar_id"]) == ("ada@example.com", "ada@example.com")
    assert (data["event"] is None, data["occurrence"] is None) == (
        kind in {"conference.deleted", "occurrence.cancelled"},
        kind.startswith("conference."),
    )
    out = capsys.readouterr().out
    assert f"POST {server.webhook_url}\n" in out
    assert f'  "type": "{kind}",\n' in out
    assert "\n200 {" in out
    link = server.rooms.all()[0]["join_url"]
    assert out.endswith(f"-> done; how to join: {link}\n\n" if kind == KINDS[0] else "-> done\n\n")


def test_what_is_shown_is_what_was_signed(capsys: pytest.CaptureFixture[str]) -> None:
    """Its headers are those by which a receiver verifies the bytes that it got."""
    with Scripted([answer(204)]) as receiver:
        assert main([KINDS[0], "--to", receiver.url, "--secret", SECRET]) == 0
    heads = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines()[1:5])
    assert Webhook(SECRET).verify(receiver.heard[0].body, heads)["data"]["conference_id"] == "r1"


def test_a_ping(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """It is the pair that `doctor` sends, with what `doctor` says."""
    assert send(server, "ping") == 0
    assert [line["status"] for line in server.rooms.log()] == [200, 401]
    assert capsys.readouterr().out.endswith("-> answers 200 to a signed ping, 401 to a forged one\n\n")
    assert main(["ping", "--to", server.webhook_url, "--secret", new_secret()]) == 1
    assert "WEBHOOK_SECRET is not the receiver's" in capsys.readouterr().out


def test_one_of_each(server: Server) -> None:
    """Without a type each is sent, the deletion last, so that none meets a deleted conference."""
    assert list(TYPES) == ["ping", *KINDS]
    assert send(server, "--conference", server.rooms.create("Room").id) == 0
    assert [line["type"] for line in server.rooms.log()] == ["ping", None, *KINDS]


@pytest.mark.parametrize(
    ("kind", "status", "code", "follows"),
    [
        (KINDS[0], 410, 1, "parked: the conference is gone"),
        (KINDS[3], 410, 0, "done: the conference is gone"),
        (KINDS[0], 422, 1, "refused: parked with the words: 127.0.0.1 answered 422: because"),
        (KINDS[0], 503, 1, "tried again, no sooner than in 7 s: 127.0.0.1 answered 503: because"),
    ],
)
def test_what_follows(
    kind: str, status: int, code: int, follows: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer is shown with what the service makes of it; it ends well if nothing is left to do."""
    with Scripted([answer(status, b"because", retry_after="7")]) as receiver:
        assert main([kind, "--to", receiver.url, "--secret", SECRET]) == code
    assert receiver.accepted == 1
    assert capsys.readouterr().out.endswith(f"\n{status} because\n\n-> {follows}\n\n")


def test_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """Who hangs up has got the message, and it will come again."""
    with Scripted([lambda line: line.close()]) as receiver:
        assert main([KINDS[0], "--to", receiver.url, "--secret", SECRET]) == 1
    assert "\nno answer\n\n-> tried again: 127.0.0.1: RemoteProtocolError" in capsys.readouterr().out


def test_a_check_ends_by_what_it_found(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each promise, a second for a broken one; 1 if any is broken."""
    assert send(server, "--check") == 0
    out = capsys.readouterr().out
    assert "BREAKS" not in out
    assert out.endswith("\nall 18 hold; more can be seen with a conference that it has: --conference ID\n")
    assert send(server, "--check", "--conference", server.rooms.create("Room").id) == 0
    assert capsys.readouterr().out.endswith("\nall 23 hold\n")
    with Scripted([answer(200, b"fine")]) as naive:
        assert main(["--check", "--to", naive.url, "--secret", SECRET]) == 1
    out = capsys.readouterr().out
    assert "BREAKS   forgery     conference.deleted, no signature: 200: fine\n" in out
    assert "-> whoever knows the address can change and end conferences\n" in out
    assert out.endswith("\n6 of these 22 do not hold\n")


def test_the_secret_may_be_in_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the service's own setting is, and so that no shell remembers it."""
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    assert main(["ping", "--to", server.webhook_url]) == 0


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        (["pong", "--to", NOWHERE, "--secret", SECRET], 2, f"no type 'pong'; there are {', '.join(TYPES)}"),
        (
            ["ping", "--to", NOWHERE],
            2,
            "the secret is missing: give --secret whsec_..., or set WEBHOOK_SECRET",
        ),
        (["ping", "--to", NOWHERE, "--secret", "x"], 2, "WEBHOOK_SECRET must be whsec_ and then base64"),
        (["ping", "--to", "nowhere", "--secret", SECRET], 2, "'nowhere' must start with https:// or http://"),
        (["ping", "--to", "http://x:y/", "--secret", SECRET], 2, "'http://x:y/' is no URL: "),
        (["--check", "ping", "--to", NOWHERE, "--secret", SECRET], 2, "--check sends what it needs"),
        (["ping", "--to", NOWHERE, "--secret", SECRET], 1, f"{NOWHERE} cannot be reached: "),
        (["--check", "--to", NOWHERE, "--secret", SECRET], 1, f"{NOWHERE} cannot be reached: "),
        ([KINDS[0], "--to", "http://8.8.8.8/", "--secret", SECRET], 1, "where only https may go"),
    ],
)
def test_errors_are_one_sentence(
    argv: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """They say what is wrong and what to give; nothing is sent."""
    assert main(argv) == code
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert says in err
