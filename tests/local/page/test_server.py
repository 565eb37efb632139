"""The page over HTTP: to whom it answers, and how a page that was away reads on."""

import json
from collections.abc import Iterator
from itertools import islice

import httpx
import pytest

from local.page.news import LINES_KEPT, News
from local.page.server import PageServer
from local.page.wishes import BadWish, Wish

PATIENCE_S = 30


def refuse(_: Wish) -> None:
    raise BadWish("Nothing is to be done: try something else.")


@pytest.fixture
def server() -> Iterator[PageServer]:
    running = PageServer(0, News())
    yield running
    running.stop()


@pytest.fixture
def client(server: PageServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=PATIENCE_S) as made:
        yield made


def told(client: httpx.Client, count: int, since: str = "") -> list[tuple[str, str, object]]:
    """So many events of the stream: id, kind and data."""
    headers = {"last-event-id": since} if since else {}
    with client.stream("GET", "/api/stream", headers=headers) as answer:
        fields: dict[str, str] = {}
        found: list[tuple[str, str, object]] = []
        for line in answer.iter_lines():
            assert not line.startswith(":"), f"only {found} came"
            name, _, value = line.partition(": ")
            if name:
                fields[name] = value
            elif "event" in fields:
                found.append((fields.get("id", ""), fields["event"], json.loads(fields["data"])))
                fields = {}
            if len(found) == count:
                break
        return found


def test_a_page_that_comes_is_told_how_things_are(server: PageServer, client: httpx.Client) -> None:
    """The newest of each thing, not all that led to it."""
    news = server._news
    news.phase("running")
    news.line(1, {"hops": 1})
    news.line(2, {"hops": 1})
    news.line(1, {"hops": 2})
    _, *found = told(client, 4)
    assert [(kind, data) for _, kind, data in found] == [
        ("phase", {"phase": "running"}),
        ("line", {"hops": 1}),
        ("line", {"hops": 2}),
    ]


def test_a_page_that_was_away_reads_on(server: PageServer, client: httpx.Client) -> None:
    """It is told what it has missed alone."""
    news = server._news
    news.line(1, "seen")
    news.picture({"conferences": []})
    last = told(client, 3)[-1][0]
    news.line(1, "grown")
    news.picture({"conferences": []})
    news.calendar_changed()
    _, *found = told(client, 3, since=last)
    assert [(kind, data) for _, kind, data in found] == [("line", "grown"), ("calendar", {"version": 1})]


def test_a_page_of_an_earlier_run_is_told_everything(server: PageServer, client: httpx.Client) -> None:
    server._news.line(1, "new")
    first, second = told(client, 2, since="another-7")
    assert (first[1], first[2]) == ("run", {"run": server._news.run})
    assert second[2] == "new"


def test_old_lines_are_forgotten() -> None:
    news = News()
    for number in range(LINES_KEPT + 5):
        news.line(number, number)
    assert [item.data for item in islice(news.since(0), 1)] == [5]


def test_before_the_system_is_up(client: httpx.Client) -> None:
    """The page is there, and what it is asked to do is refused with a sentence."""
    assert "Conferences" in client.get("/").text
    answer = client.post("/api/deeds", json={})
    assert (answer.status_code, "still starting" in answer.json()["error"]) == (503, True)


def test_what_is_refused(server: PageServer, client: httpx.Client) -> None:
    """Each with a sentence; what another site could send with a form is not even read."""
    server.actions["deeds"] = refuse
    assert client.post("/api/deeds", json={}).json()["error"] == "Nothing is to be done: try something else."
    assert client.post("/api/burn", json={}).json()["error"] == "There is no such action: it is one of deeds."
    assert client.post("/api/deeds", json=[]).status_code == 400
    headers = {"content-type": "application/json"}
    assert (
        client.post("/api/deeds", content=b"{", headers=headers).json()["error"].startswith("The body is no")
    )
    assert client.post("/api/deeds", data={"deed": "delete"}).status_code == 415


def test_no_other_name_leads_here(client: httpx.Client) -> None:
    """A site whose name was pointed at this machine gets nothing."""
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_nothing_is_loaded_from_elsewhere(client: httpx.Client) -> None:
    page = client.get("/")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "http" not in page.text
