"""Dead letters: listed, published again, thrown away."""

from collections.abc import Mapping, Sequence

import pytest

from functions import wiring
from functions.adapters.queues.messages import encode
from functions.adapters.queues.sqlite import SqliteQueue, Terms
from functions.core.errors import RetryLater
from functions.core.model import Reason, SyncRequest
from functions.flow import letters as dead
from tests.cli.house import House
from tests.support.rig import OWNER

REQUEST = SyncRequest(calendar_id=OWNER, reason=Reason.SWEEP)


def queue(house: House) -> SqliteQueue:
    house.store()
    found = wiring.letters("letters")
    assert isinstance(found, SqliteQueue)
    found.terms = Terms(deliveries_max=1)
    return found


def bury(house: House, *data: bytes) -> None:
    into = queue(house)
    for one in data:
        into.publish_data(one)
        (delivery,) = into.claim(1)
        into.fail(delivery, "HTTP 503")


def test_none(house: House) -> None:
    """That is said, and is well."""
    ran = house.run("letters")
    assert (ran.code, ran.out) == (0, "there are no dead letters\n")
    assert house.run("letters", "--json").json == {"letters": []}


def test_listed_and_left(house: House) -> None:
    """The calendar, why it was to be read, when, how often and why in vain; what cannot be read, as it is."""
    bury(house, encode(REQUEST), b"\x1b[31mred")
    for _ in range(2):
        ran = house.run("letters")
        head, letter, odd = ran.out.splitlines()
        assert (ran.code, head.split()) == (0, ["LETTER", "CALENDAR", "REASON", "PUBLISHED", "TRIES", "WHY"])
        assert letter.split()[:3] == ["1", OWNER, "sweep"]
        assert letter.split()[-4:] == ["UTC", "1", "HTTP", "503"]
        assert odd.endswith("the sync request is not JSON:  [31mred")
    first, second = house.run("letters", "--json").json["letters"]
    assert (first["calendar_id"], first["why"], first["data"]) == (OWNER, "HTTP 503", None)
    assert (second["calendar_id"], second["data"]) == (None, "\x1b[31mred")


def test_published_again(house: House) -> None:
    """Once for letters of the same request; what cannot be read stays."""
    bury(house, encode(REQUEST), encode(REQUEST), b"nonsense")
    ran = house.run("letters", "requeue")
    assert (ran.code, ran.out) == (1, "2 letters published again\n1 letter cannot be read: discard them\n")
    assert house.waiting() == 1
    assert [one["id"] for one in house.run("letters", "--json").json["letters"]] == ["3"]


def test_more_than_one_run_takes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """That there may be more is said each time: not all are on their way, or gone."""
    monkeypatch.setattr("functions.flow.letters.LETTERS_MAX", 2)
    bury(house, *[encode(REQUEST)] * 5)
    more = "There may be more letters than these.\n"
    assert house.run("letters").out.endswith(f"\n\n{more}")
    assert house.run("letters", "requeue").out == f"2 letters published again\n{more}"
    assert house.run("letters", "discard", "--all").out == f"2 letters thrown away\n{more}"
    assert house.run("letters", "requeue").out == "1 letter published again\n"


def test_only_the_named(house: House) -> None:
    """And what is not there is said."""
    bury(house, encode(REQUEST), encode(REQUEST))
    ran = house.run("letters", "requeue", "2", "7")
    assert (ran.code, ran.out) == (3, "1 letter published again\nthere is no letter 7\n")
    assert house.run("letters", "requeue", "2").code == 3
    assert house.run("letters", "requeue", "1", "--json").json["published"][0]["calendar_id"] == OWNER
    assert house.waiting() == 2


def test_thrown_away(house: House) -> None:
    """Those that are named, or all if that is said; without a word, none."""
    bury(house, *[b"nonsense"] * 3)
    ran = house.run("letters", "discard")
    assert (ran.code, ran.err) == (1, "name the letters to throw away, or say --all\n")
    ran = house.run("letters", "discard", "2", "9")
    assert (ran.code, ran.out) == (3, "1 letter thrown away\nthere is no letter 9\n")
    ran = house.run("letters", "discard", "--all")
    assert (ran.code, ran.out, house.waiting()) == (0, "2 letters thrown away\n", 0)
    assert house.run("letters", "requeue", "--all").code == 1
    assert house.run("letters", "discard", "1", "--all").code == 1


def test_what_the_queue_does_not_take_stays(house: House) -> None:
    """A letter is gone only when its request is safe."""

    class Full(SqliteQueue):
        def publish_all(self, requests: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
            return dict.fromkeys(requests, RetryLater("full"))

    bury(house, encode(REQUEST))
    done = dead.requeue(queue(house), Full(":memory:"))
    assert ([one.id for one in done.failed], done.published) == (["1"], [])
    assert [one.id for one in dead.waiting(queue(house))] == ["1"]
