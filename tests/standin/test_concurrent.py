"""Many callers at once, over HTTP."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from gcal_standin.server import Server
from tests.standin.caller import Caller, Json
from tests.standin.receiver import Receiver
from tests.standin.samples import series, timed

WRITERS = 4
WRITES = 60


def write(url: str, seed: int) -> None:
    """Make, change and delete events at random."""
    chance = random.Random(seed)
    with Caller(url) as caller:
        events = caller.events()
        mine: list[str] = []
        for number in range(WRITES):
            if not mine or chance.random() < 0.5:
                mine.append(events.insert(chance.choice([timed(), series()]))["id"])
            elif chance.random() < 0.7:
                events.patch(chance.choice(mine), {"summary": f"{seed}-{number}"})
            else:
                events.delete(mine.pop(chance.randrange(len(mine))))


def follow(url: str, known: dict[str, Json], token: str) -> str:
    """Take in what changed since, in small pages."""
    with Caller(url) as caller:
        items, newer = caller.events().all(maxResults=3, **({"syncToken": token} if token else {}))
    known.update((item["id"], item) for item in items)
    return newer


@pytest.mark.slow
def test_nothing_is_missed_while_others_write(standin: Server, caller: Caller) -> None:
    """Who pages while four others write ends with the calendar as it is, and every push arrives."""
    known: dict[str, Json] = {}
    token = ""
    with Receiver() as receiver, ThreadPoolExecutor(WRITERS) as pool:
        body = {"id": "c", "type": "web_hook", "address": receiver.url}
        caller.ok("POST", "calendars/primary/events/watch", body)
        writers = [pool.submit(write, standin.url, seed) for seed in range(WRITERS)]
        while not all(writer.done() for writer in writers):
            token = follow(standin.url, known, token)
        for writer in writers:
            writer.result()
        follow(standin.url, known, token)
        assert standin.control("POST", "notifications/wait", {"timeoutSeconds": 30})["idle"]

    shown, _ = caller.events().all()
    assert {i["id"]: i for i in known.values() if i["status"] != "cancelled"} == {i["id"]: i for i in shown}
    numbers = receiver.numbers()
    assert len(numbers) == len(set(numbers)) == WRITERS * WRITES + 1
    assert {read.status for read in standin.service.requests.entries()} <= {200, 204}
