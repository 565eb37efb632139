"""What the flows log, on standard error: warnings as lines, and on a terminal how far the work has come."""

import json
import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TextIO, TypeVar

from functions.cli.out import counted, printable

COUNTED = {
    "sync.page_read": "pages read",
    "provider.applied": "changes made",
    "provider.rejected": "changes refused",
    "provider.gone": "conferences gone",
    "channel.opened": "channels opened",
}
EVENTS = "events read"
NAMES = ("pages read", EVENTS, *list(COUNTED.values())[1:])
LEAVING = {"records.searched": "records searched", "conference.forgotten": "records changed or removed"}
RETRYING = {"retry.begun": "conferences to try again", "conference.retried": "tried"}
LINE_EVERY_S = 10.0
SAID_EVERY = 1_000
T = TypeVar("T")
CLEAR_LINE = "\r\x1b[K"
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class Progress(logging.Handler):
    """Counts what happens. `live`: the counts are drawn in place; `verbose`: every log line is shown."""

    def __init__(self, stream: TextIO, *, live: bool, verbose: bool = False) -> None:
        super().__init__()
        self._stream = stream
        self._live = live
        self._verbose = verbose
        self._drawn = ""
        self._far, self._next_line = "", time.monotonic() + LINE_EVERY_S
        self._alone = RLock()  # threads log while the result is written
        self._names = (*RETRYING.values(), *NAMES, *LEAVING.values())
        self.counts: Counter[str] = Counter()

    def only_reads(self) -> None:
        """From here on only reads are real."""
        self._names = NAMES[:2]

    def everything(self) -> None:
        """From here on everything is real; what has been counted so far is dropped."""
        self.clear()
        self.counts.clear()
        self._names = NAMES

    def far(self, text: str) -> None:
        """From here on nothing is counted: how far the work has come is this text. Without a terminal it is a
        line now and then.
        """
        self._names, self._far = (), text
        if self._live:
            self._draw()
        elif time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + LINE_EVERY_S
            self._write(f"{text}\n")

    def emit(self, record: logging.LogRecord) -> None:
        self._count(record)
        if self._verbose or record.levelno >= logging.WARNING:
            self.clear()
            self._write(f"{line(record)}\n")
        if self._live:
            self._draw()

    def _draw(self) -> None:
        told = self._far or self.told()
        with self._alone:
            if told != self._drawn:
                self.clear()
                self._drawn = told
                self._write(f"{told} ...")

    def told(self) -> str:
        """Such as: 3 pages read, 1,200 events read, 40 changes made."""
        return ", ".join(counted(self.counts[name], name) for name in self._names if self.counts[name])

    def clear(self) -> None:
        """Take away what is drawn, so that something else can be written in its place."""
        with self._alone:
            if self._drawn:
                self._write(CLEAR_LINE)
            self._drawn = ""

    def _count(self, record: logging.LogRecord) -> None:
        name = (COUNTED | LEAVING | RETRYING).get(record.getMessage())
        if name:
            self.counts[name] += getattr(record, "records", 1)
            self.counts[EVENTS] += getattr(record, "events", 0)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


class Counted:
    """How many have gone by, said now and then."""

    def __init__(self, progress: Progress, things: str) -> None:
        self.number, self._progress, self._things = 0, progress, things

    def each(self, those: Iterable[T]) -> Iterator[T]:
        for self.number, one in enumerate(those, 1):
            if self.number % SAID_EVERY == 0:
                self._progress.far(counted(self.number, self._things))
            yield one


def line(record: logging.LogRecord) -> str:
    """The event's name and its fields on one line."""
    fields = {name: value for name, value in record.__dict__.items() if name not in _OWN}
    told = (f"{name}={json.dumps(value, default=str)}" for name, value in fields.items())
    return printable(f"{record.levelname.lower()}: {' '.join([record.getMessage(), *told])}")


@contextmanager
def listening(progress: Progress) -> Iterator[None]:
    """All that the flows log goes to `progress` meanwhile, and nothing of it to standard output."""
    logger = logging.getLogger("functions")
    before = logger.handlers, logger.level, logger.propagate
    logger.handlers, logger.propagate = [progress], False
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        progress.clear()
        logger.handlers, logger.propagate = before[0], before[2]
        logger.setLevel(before[1])
