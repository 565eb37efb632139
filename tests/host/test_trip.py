"""How far a reader has to walk to follow one change: the files of the house that it goes through.

From the delivered request on; before it there is the receiver, with `receive` and `channel` alone.
"""

import sys
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import FrameType

import pytest

from tests.host.service import Service, held

ROOT = Path(__file__).parents[2]
HOUSE = tuple(str(ROOT / name) for name in ("main.py", "functions/core", "functions/flow"))
ADAPTERS = str(ROOT / "functions" / "adapters")
FILES_MAX = 15
BRAKE_FILES = 2  # only a deletion asks whether too much is deleted
LOOKS_FILES = 4  # and looks around first, at calendars whose users may rest
OWNING_FILES = 1  # and speaks for those whose conference it is
FOR_GOOD_MAX = FILES_MAX + BRAKE_FILES + LOOKS_FILES + OWNING_FILES
CHANGES_MAX = 106  # of file, from one call to the next


def _serves_an_adapter(frame: FrameType | None) -> bool:
    while frame is not None and not frame.f_code.co_filename.startswith(ADAPTERS):
        frame = frame.f_back
    return frame is not None


def trip(walk: Callable[[], object]) -> list[str]:
    """The files of all calls of main, core and flow, in order; what adapters call to translate is theirs."""
    entered = list[str]()

    def note(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(HOUSE) and not _serves_an_adapter(frame):
            entered.append(name)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        walk()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return entered


def rename(service: Service, room: str, event: str) -> list[str]:
    service.people().change(event, summary="Renamed")
    service.arrive()
    entered = trip(service.settle)
    assert service.state(room)[:2] == ("live", "Renamed")
    return entered


def delete(service: Service, room: str, event: str) -> list[str]:
    service.people().delete(event)
    service.arrive()
    entered = trip(service.settle)
    assert service.record(room).delete_at is not None
    return entered


def delete_for_good(service: Service, room: str, event: str) -> list[str]:
    delete(service, room, event)
    service.let_pass(3_600)
    entered = trip(service.sweep)
    assert service.state(room)[0] == "deleted"
    return entered


@pytest.mark.parametrize(
    ("change", "most"),
    [(rename, FILES_MAX), (delete, FILES_MAX), (delete_for_good, FOR_GOOD_MAX)],
)
def test_a_trip_is_short(
    service: Service, change: Callable[[Service, str, str], list[str]], most: int
) -> None:
    """Of a title that changed (E02), of an event that was deleted (E05), of the deletion after its grace."""
    service.set(DELETE_GRACE_SECONDS="300")
    room, event = held(service)
    service.let_pass(60)  # so it is no burst
    entered = change(service, room, event)
    assert len(set(entered)) <= most, sorted(set(entered))
    assert sum(one != following for one, following in pairwise(entered)) <= CHANGES_MAX
