"""A list of calendars is enrolled: what became of each line, how far it has come, and what came of it all."""

import signal
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Event
from typing import NamedTuple

from functions import wiring
from functions.cli.exits import Exit, exit_for
from functions.cli.out import Data, Out, counted
from functions.cli.progress import Counted, Progress
from functions.cli.standing import span
from functions.core.errors import BadRequest, Rejected, RetryLater
from functions.core.roster import Entry, Outcome, Result, members, read
from functions.flow import directory
from functions.flow.roster import enrol_all, missing

AT_ONCE, AT_ONCE_MAX = 8, 32
LIST_BYTES_MAX = 64 << 20
STDIN, DIRECTORY = "-", "directory"
WORDS = {
    Outcome.ENROLLED: "enrolled",
    Outcome.ALREADY: "enrolled already",
    Outcome.REPEATED: "named twice",
    Outcome.OTHER_DOMAIN: "of another domain",
    Outcome.NO_ACCESS: "no access",
    Outcome.REFUSED: "refused",
    Outcome.UNREADABLE: "unreadable",
    Outcome.FAILED: "failed for now",
    Outcome.MISSING: "not enrolled",
}
WELL = frozenset({Outcome.ENROLLED, Outcome.ALREADY, Outcome.REPEATED, Outcome.OTHER_DOMAIN})
AGAIN = "Run it again for the rest: what is enrolled stays as it is."


def enrol_from(asked: Namespace, out: Out, progress: Progress) -> Exit:
    """Ctrl-C lets what is under way end, and says what has come of it all so far."""
    if asked.user:
        raise BadRequest("--user goes with one calendar; a list may have a column user")
    if bool(asked.admin) != (asked.source == DIRECTORY):
        raise BadRequest(f"--admin and --from {DIRECTORY} go together: an administrator's address")
    listed = _directory(asked, progress) if asked.admin else _list(asked)
    if not listed.found:
        raise listed.trouble or BadRequest(f"{asked.source} names no calendar")
    tally = _Tally(listed, progress)
    wiring.queue("enrol")  # threads that want it first would each make one
    with _interruptible() as (stop, came):
        ends = enrol_all(
            wiring.context("enrol"),
            (one for one in listed.found if isinstance(one, Entry)),
            at_once=asked.at_once or AT_ONCE,
            stop=stop,
        )
        all_ends = chain((one for one in listed.found if isinstance(one, Result)), ends)
        out.listing(
            f"{listed.thing}s", tally.counting(all_ends), partial(_line, thing=listed.thing), tally.data
        )
        out.text(tally.text())
    if came:
        raise KeyboardInterrupt
    return tally.exit


class _Listed(NamedTuple):
    """Whom to enrol, by the number of a line or a user. `trouble`: why there may be more."""

    found: Sequence[Entry | Result]
    thing: str
    trouble: Rejected | RetryLater | None = None


def _list(asked: Namespace) -> _Listed:
    return _Listed(list(read(_lines(asked.source), frozenset(asked.domain or ()))), "line")


def _directory(asked: Namespace, progress: Progress) -> _Listed:
    """If the Directory fails half-way, those that it has named are enrolled nevertheless."""
    named = directory.users(wiring.directory("enrol", asked.admin), asked.domain or ())
    found = list[Entry | Result]()
    try:
        found.extend(members(Counted(progress, "users named").each(named)))
    except (Rejected, RetryLater) as error:
        return _Listed(found, "user", error)
    return _Listed(found, "user")


def show_missing(source: str, out: Out, *, quiet: bool) -> Exit:
    """Who of a list is not enrolled. `quiet`: nothing is said if nobody is missing."""
    found = list(read(_lines(source)))
    if not found:
        raise BadRequest(f"{source} names no calendar")
    away = [one._asdict() for one in missing(wiring.store("status"), found)]
    out.listing("missing", away, _line, lambda: {"summary": {"lines": len(found), "missing": len(away)}})
    if away or not quiet:
        out.text(f"{counted(len(found), 'lines')}, {len(away):,} of them not enrolled or unreadable")
    return Exit.FAILED if away else Exit.DONE


def _lines(source: str) -> Sequence[bytes]:
    try:
        with sys.stdin.buffer if source == STDIN else Path(source).open("rb") as stream:
            given = stream.read(LIST_BYTES_MAX + 1)
    except OSError as error:
        raise BadRequest(f"{source}: {error.strerror}") from error
    if len(given) > LIST_BYTES_MAX:
        raise BadRequest(f"{source} has more than {LIST_BYTES_MAX >> 20} MiB")
    return given.splitlines()


@contextmanager
def _interruptible() -> Iterator[tuple[Event, list[int]]]:
    """What Ctrl-C sets, and whether it came; unless whoever started us has it ignored."""
    stop, came, before = Event(), list[int](), signal.getsignal(signal.SIGINT)

    def interrupt(number: int, _: object) -> None:
        came.append(number)
        stop.set()
        signal.signal(signal.SIGINT, before)

    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield stop, came
    finally:
        stop.set()
        signal.signal(signal.SIGINT, before)


class _Tally:
    """How often each outcome was, of how many lines or users, and how fast."""

    def __init__(self, listed: _Listed, progress: Progress) -> None:
        self._total, self._progress = len(listed.found), progress
        self._things, self._trouble = f"{listed.thing}s", listed.trouble
        self._counts = Counter[Outcome]()
        self._began = time.monotonic()

    @property
    def exit(self) -> Exit:
        if self._counts.keys() - WELL - {Outcome.FAILED}:
            return Exit.FAILED
        if self._trouble:
            return exit_for(self._trouble)
        return Exit.LATER if self._counts[Outcome.FAILED] or self._left else Exit.DONE

    @property
    def _left(self) -> int:
        return self._total - self._counts.total()

    def counting(self, results: Iterable[Result]) -> Iterator[Data]:
        for one in results:
            self._counts[one.outcome] += 1
            yield one._asdict()
            self._progress.far(self._far())

    def _far(self) -> str:
        """The pace is that of what took a call: what is enrolled already goes by at once."""
        far = f"{self._counts.total():,} of {counted(self._total, self._things)}"
        called = sum(self._counts[one] for one in (Outcome.ENROLLED, Outcome.NO_ACCESS, Outcome.REFUSED))
        pace = called / max(time.monotonic() - self._began, 0.001)
        return f"{far}, {pace:.1f} enrolled a second, {span(self._left / pace)} left" if pace else far

    def data(self) -> Data:
        trouble = {"not_all_named": str(self._trouble)} if self._trouble else {}
        return {"summary": self._counts, "not_reached": self._left, **trouble}

    def text(self) -> str:
        counts = [f"{self._counts[one]:,} {words}" for one, words in WORDS.items() if self._counts[one]]
        left = [f"{self._left:,} not reached"] if self._left else []
        told = [f"\n{counted(self._total, self._things)}: {', '.join(counts + left)}"]
        told += [f"Not all are named: {self._trouble}."] if self._trouble else []
        again = self._counts[Outcome.FAILED] or self._left or self._trouble
        return "\n".join([*told, *([AGAIN] if again else [])])


def _line(one: Data, thing: str = "line") -> str:
    why = f": {one['why']}" if one["why"] else ""
    return f"{thing} {one['line']}: {one['calendar_id']} {WORDS[Outcome(str(one['outcome']))]}{why}"
