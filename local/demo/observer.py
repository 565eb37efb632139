"""Watches the conference system until it is as it should be, then makes sure that nothing else changed."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from local.demo.owner import CALENDAR
from local.demo.rooms import Call, Room, Told, held, listed
from local.demo.wrong import Wrong, require
from local.system import System

PING = "ping"
POLL_S = 0.01
SWEEP_EVERY_S = 0.2
SUCCESS = range(200, 300)


class Observer:
    """`rooms` (by id) and `holds` (events that hold a conference) are what the story expects by now.

    `names` are what the story calls the conferences.
    """

    def __init__(self, system: System, names: dict[str, str], patience: float) -> None:
        self.rooms: dict[str, Room] = {}
        self.names = names
        self.holds = 0
        self._system = system
        self._patience = patience
        self._lines_before = 0

    def settle(self, *told: Told, since: Mapping[str, datetime], sweeping: bool = False) -> list[Call]:
        """The messages as they came. Wrong if they come otherwise.

        `since` is when the event of each conference changed; `sweeping` calls the sweep meanwhile, as the
        scheduler would.
        """
        deadline = time.monotonic() + self._patience
        swept_at = 0.0
        while not self._as_told(told) and time.monotonic() < deadline:
            if sweeping and time.monotonic() - swept_at > SWEEP_EVERY_S:
                self.sweep()
                swept_at = time.monotonic()
            time.sleep(POLL_S)
        if not self._system.quiet(self._patience):
            raise Wrong(f"the system does not come to rest\n{self._trouble()}")
        self._compare(told)
        calls = [_call(line, since) for line in self._taken()]
        self._lines_before += len(self._lines())
        return calls

    def sweep(self) -> None:
        answer = self._system.call("sweep_calendars")
        require("sweep_calendars answered otherwise", expected=200, found=answer.status_code)

    def state(self) -> Mapping[str, Any]:
        """What the service knows of the calendar."""
        asked = {"calendar_id": CALENDAR}
        answer = self._system.call("initialize_syncing", "GET", params=asked)
        require("initialize_syncing answered otherwise", expected=200, found=answer.status_code)
        state: Mapping[str, Any] = answer.json()
        return state

    def found(self) -> dict[str, Room]:
        return held(self._system.conferences.rooms.all())

    def _as_told(self, told: Sequence[Told]) -> bool:
        """The holds are asked for last: it is another request to a function that has work to do."""
        if self.found() != self.rooms or self._told() != sorted(told):
            return False
        return bool(self.state()["holds"] == self.holds)

    def _compare(self, told: Sequence[Told]) -> None:
        found, messages, holds = self.found(), self._told(), self.state()["holds"]
        if found == self.rooms and messages == sorted(told) and holds == self.holds:
            return
        text = (
            f"expected conferences:{listed(self.rooms)}\nfound:{listed(found)}\n"
            f"expected messages:{listed(sorted(told))}\nfound:{listed(messages)}\n"
            f"expected events that hold a conference: {self.holds}, found: {holds}\n{self._trouble()}"
        )
        for room, name in self.names.items():
            text = text.replace(room, name)
        raise Wrong(text)

    def _told(self) -> list[Told]:
        return sorted(_told(line) for line in self._taken())

    def _taken(self) -> list[dict[str, Any]]:
        """A repeat of a message is no further change."""
        return [line for line in self._lines() if line["status"] in SUCCESS and not line["repeat"]]

    def _lines(self) -> list[dict[str, Any]]:
        """But for what `doctor` asks, which is about no conference."""
        lines = self._system.conferences.rooms.log()[self._lines_before :]
        return [line for line in lines if line["type"] != PING]

    def _trouble(self) -> str:
        """What the service itself and the conference system have to say."""
        state = self.state()
        parked = [f"{each['conference_id']}: {each['reason']}" for each in state["parked"]]
        refused = sorted({line["status"] for line in self._lines()} - set(SUCCESS))
        said = [f"set aside: {each}" for each in parked]
        said += [f"the conference system answered {status}" for status in refused]
        said += [f"trouble: {state['trouble']}"] if state["trouble"] else []
        return "\n".join(said)


def _told(line: Mapping[str, Any]) -> Told:
    return Told(line["type"], line["conference_id"])


def _call(line: Mapping[str, Any], since: Mapping[str, datetime]) -> Call:
    told = _told(line)
    return Call(told, (datetime.fromisoformat(line["at"]) - since[told.conference_id]).total_seconds())
