"""Ctrl-C, SIGTERM and a closed terminal end the system in order, however impatiently they are repeated."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(SystemExit):
    """A signal came; the code is the one that shells give for it."""


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """The first signal raises Ended inside the block; what it unwinds is not disturbed by later ones."""

    def end(number: int, _frame: FrameType | None) -> None:
        for other in ENDING:
            signal.signal(other, signal.SIG_IGN)
        raise Ended(128 + number)

    before = {number: signal.signal(number, end) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def held_back() -> Iterator[None]:
    """A signal that comes inside the block counts at its end, so that nothing is left half done.

    Above all a process must not be started and then forgotten: nobody would stop it.
    """
    if threading.current_thread() is not threading.main_thread():  # signals come to the main thread only
        yield
        return
    came = list[int]()
    before = {number: signal.signal(number, lambda late, _: came.append(late)) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])
