"""Beginning anew, and how one knows that a stand-in is well."""

import threading
import time
from pathlib import Path

import httpx

from gcal_standin import __version__, server
from gcal_standin.server import Server
from tests.standin.caller import Caller
from tests.standin.receiver import Receiver, channel, delivered
from tests.standin.samples import timed


def test_health(standin: Server, caller: Caller) -> None:
    """It says that it is well, which version it is, and how much it holds."""
    caller.events().insert(timed())
    told = httpx.get(f"{standin.url}/standin/health").json()
    assert told == {"status": "ok", "version": __version__, "calendars": 1, "events": 1}


def test_a_reset_forgets_all(standin: Server, caller: Caller, receiver: Receiver) -> None:
    """Events, users, channels, clients, faults, settings, the clock and the logs are as after the start."""
    first = caller.events().insert(timed())["id"]
    caller.ok("POST", "calendars/primary/events/watch", channel(receiver))
    delivered(standin)
    standin.control("POST", "users", {"email": "bob@example.com"})
    standin.control("POST", "tokens", {"account": "bob@example.com"})
    standin.control("POST", "faults", {"method": "events.list", "status": 500})
    standin.control("POST", "settings", {"createsUsers": True, "emptyPageEvery": 2})
    standin.control("POST", "clock", {"now": "2030-01-01T00:00:00Z"})

    assert httpx.post(f"{standin.url}/standin/reset").json() == {}

    assert caller.events().page()["items"] == []
    assert caller.call("GET", "calendars/bob@example.com").refusal == (404, "notFound")
    assert standin.control("GET", "channels") == standin.control("GET", "grants") == []
    assert standin.control("GET", "notifications") == []
    settings = standin.control("POST", "settings", {})
    assert (settings["createsUsers"], settings["emptyPageEvery"]) == (False, None)
    assert not standin.control("GET", "clock")["now"].startswith("2030")
    assert standin.control("GET", "requests")["calls"] == {"events.list": 1, "calendars.get": 1}
    assert caller.events().insert(timed())["id"] == first
    delivered(standin)
    assert receiver.states() == ["sync"]


def test_tokens_from_before_a_reset_are_void(standin: Server, caller: Caller) -> None:
    """What a client remembers is of another calendar: it must read all again."""
    _, token = caller.events().all()
    lists = {
        path: caller.ok("GET", path)["nextSyncToken"]
        for path in ("users/me/calendarList", "users/me/settings")
    }
    standin.reset()

    assert caller.events().refused("GET", syncToken=token) == (410, "fullSyncRequired")
    for path, old in lists.items():
        assert caller.call("GET", path, syncToken=old).refusal == (410, "fullSyncRequired")
    _, new = caller.events().all()
    assert caller.events().all(syncToken=new)[0] == []


def test_a_reset_comes_back_to_the_seed(tmp_path: Path) -> None:
    """What it began with is there again, and the same options hold; its file forgets the rest as well."""
    data, seed = tmp_path / "data", [{"event": timed(id="seeded")}]
    with server.start(data=data, seed=seed, auth=True, http_receivers=True) as standin:
        standin.control("POST", "settings", {"auth": False})
        with Caller(standin.url) as caller:
            caller.events().insert(timed())
            caller.events().delete("seeded")
            standin.reset()
            assert caller.events().refused("GET") == (401, "required")
            standin.control("POST", "settings", {"auth": False})
            assert [item["id"] for item in caller.events().page()["items"]] == ["seeded"]
            late = caller.events().insert(timed())["id"]
        assert standin.control("POST", "settings", {})["httpReceivers"] is True
    with server.start(data=data) as standin, Caller(standin.url) as caller:
        assert {item["id"] for item in caller.events().page()["items"]} == {"seeded", late}


def test_a_call_under_way_survives_a_reset(standin: Server) -> None:
    """It ends as if there had been none, and what it wrote is gone."""
    standin.control("POST", "faults", {"method": "events.insert", "hangSeconds": 30})
    with httpx.Client(base_url=standin.url) as http:
        request = http.build_request("POST", "/calendar/v3/calendars/primary/events", json=timed())
        faults, answers = standin.service.faults, list[int]()
        thread = threading.Thread(target=lambda: answers.append(http.send(request).status_code))
        thread.start()
        while not faults.empty:
            time.sleep(0.01)
        standin.reset()
        thread.join()
    assert answers == [200]
    assert standin.control("GET", "requests")["total"] == 0
    with Caller(standin.url) as caller:
        assert caller.events().page()["items"] == []


def test_two_resets_at_once(tmp_path: Path) -> None:
    """The later waits, and what is written after both is kept."""
    data = tmp_path / "data"
    with server.start(data=data) as standin, Caller(standin.url) as caller:
        with standin.world.lock:
            resets = [threading.Thread(target=standin.reset) for _ in range(2)]
            for each in resets:
                each.start()
            time.sleep(0.1)
        for each in resets:
            each.join()
        kept = caller.events().insert(timed())["id"]
    with server.start(data=data) as standin, Caller(standin.url) as caller:
        assert [item["id"] for item in caller.events().page()["items"]] == [kept]
