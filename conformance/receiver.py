"""What every receiver of webhooks promises (docs/webhook.md), held against one that runs.

Seen from outside: of what was done, only that much shows as changes later answers. An instance of a deleted
conference is asked for to see whether it is there.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx

from conformance.changes import typical
from conformance.forgeries import FORGERIES, STRANGERS, rotated
from conformance.sender import NOW, Bend, Pushed, Sender, as_made
from functions.adapters.providers.webhook import link_in
from functions.adapters.web.client import PASSING, Answer
from functions.core.model import Change, Kind

ENDS = "deletion"  # only looked at on a receiver that has the conference
GONE = 410
REFUSED = (401, 403)
WIDE = "Grüße 你好 \N{PARTY POPPER} "
LONG = WIDE * 930  # so that the body is close to its limit
UNHEARD = "changes of such events are parked, and their conferences stay as they were"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`breaks` is what goes wrong where the promise does not hold."""

    promise: str
    sent: str
    came: str
    holds: bool
    breaks: str


class Silent(Exception):
    """No answer came in time."""


def findings(
    sender: Sender, conference_id: str | None = None, user: str = "owner@example.com"
) -> Iterator[Finding]:
    """One for each promise, as they are found. Without a conference that the receiver has, and that may be
    changed and deleted, one is made up; where such a one is `gone`, less can be seen. Unreachable.
    """
    seen = _Seen(sender, conference_id or f"check-{uuid4().hex[:12]}", user)
    try:
        yield from seen.all()
    except Silent:
        yield seen.in_time(holds=False)
    else:
        yield seen.in_time(holds=True)
        if conference_id is None:
            seen.push(seen.deletion())


@dataclass(slots=True)
class _Seen:
    sender: Sender
    name: str
    user: str
    usual: int = 0
    slowest: float = 0.0
    pushed: int = 0
    first: Change = field(init=False)

    def __post_init__(self) -> None:
        self.first = self.told(title="First")

    @property
    def known(self) -> bool:
        return httpx.codes.is_success(self.usual)

    def all(self) -> Iterator[Finding]:
        yield self.ping()
        yield from self.good()
        if not self.known and self.usual != GONE:
            return
        yield from self.kinds()
        yield from self.repeats()
        yield from self.forgeries()
        yield self.unknown()
        if self.known:
            yield from self.ends()

    def ping(self) -> Finding:
        answer = self.heard(self.sender.ping(), first=True)
        why = "`doctor` finds a receiver that does not know ping, or takes it for one that is down"
        return self.finding("ping", "a ping", answer, holds=_good(answer), breaks=why)

    def good(self) -> Iterator[Finding]:
        answer = self.push(self.first)
        self.usual = answer.status
        holds = self.known or answer.status == GONE
        yield self.finding("update", "conference.updated", answer, holds=holds, breaks=UNHEARD)
        said = answer.json()
        if isinstance(said, dict) and "conference" in said:
            why = "a changed link is not written to the event"
            holds = link_in(said) is not None
            yield self.finding("link", "the same", answer, holds=holds, breaks=why)

    def kinds(self) -> Iterator[Finding]:
        """What else must be taken as the first update was."""
        days: dict[str, Any] = {
            "all_day": True,
            "start": date(2026, 3, 2),
            "end": date(2026, 3, 3),
            "time_zone": None,
        }
        yield self.taken("occurrence", self.told(Kind.OCCURRENCE_UPDATED))
        yield self.taken("occurrence", self.told(Kind.OCCURRENCE_CANCELLED))
        yield self.taken("all day", self.told(**days, recurrence=()))
        yield self.taken("20 kB", self.told(title=WIDE, description=LONG))
        why = "while a secret is rotated, every change is refused"
        yield self.taken("rotation", self.told(), bend=rotated, breaks=why)

    def repeats(self) -> Iterator[Finding]:
        twice = self.told(title="Twice")
        before, after = self.push(twice), self.push(twice)
        same = (before.status, before.body) == (after.status, after.body)
        why = "a change whose answer was lost ends otherwise than it was done"
        yield self.finding("repeat", "the same id twice", before, after, holds=same, breaks=why)
        update = self.told(title="At once")
        with ThreadPoolExecutor(2) as pool:
            both = [self.heard(each) for each in pool.map(self.sender.push, (update, update))]
        holds = all(self.fits(answer) or answer.status in PASSING for answer in both)
        why = "a change whose answer was late is parked when it comes again"
        yield self.finding("at once", "the same id twice at once", *both, holds=holds, breaks=why)

    def forgeries(self) -> Iterator[Finding]:
        before = self.look()
        for forged in FORGERIES:
            answer = self.push(self.deletion(), bend=forged.bend, shift=forged.shift)
            holds = answer.status in REFUSED
            sent = f"conference.deleted, {forged.name}"
            yield self.finding("forgery", sent, answer, holds=holds, breaks=forged.breaks)
        yield self.as_before("untouched", "occurrence.updated", before, breaks=STRANGERS)

    def unknown(self) -> Finding:
        answer = self.push(self.deletion(f"{self.name}-unknown"))
        why = "the deletion of a conference that was never made, or is gone already, is parked"
        holds = _good(answer) or answer.status == GONE
        return self.finding("unknown", "conference.deleted, unknown id", answer, holds=holds, breaks=why)

    def ends(self) -> Iterator[Finding]:
        self.push(self.told(title="There"))
        before = self.look()
        self.push(self.deletion(_respelt(self.name)))
        why = "somebody's event ends another's conference by an id that looks like it"
        sent = f"occurrence.updated after deleting {_respelt(self.name)}"
        yield self.as_before("spelling", sent, before, breaks=why)
        yield self.taken(ENDS, self.deletion(), breaks="conferences stay after their events")
        yield self.late()
        again = self.push(self.told(title="Again"))
        why = "an event that is restored stays without its conference"
        yield self.finding("recreation", "conference.updated after it", again, holds=_good(again), breaks=why)

    def late(self) -> Finding:
        """The first update comes once more after the deletion, which it must not undo."""
        before, repeat, after = self.look(), self.push(self.first), self.look()
        unseen = ", unseen whether it is done" if _good(before) else ""
        why = "a repeat that comes late undoes what came after it: a deleted conference is there again"
        holds = _good(repeat) and before.status == after.status
        sent = f"its first update again{unseen}, occurrence.updated"
        return self.finding("late repeat", sent, repeat, after, holds=holds, breaks=why)

    def in_time(self, *, holds: bool) -> Finding:
        limit = self.sender.limits.call
        came = f"the slowest answer after {self.slowest:.2f} s" if holds else f"no answer in {limit:g} s"
        why = f"after {limit:g} s without an answer a change is tried again; the rest was not looked at"
        return Finding(promise="in time", sent=f"{self.pushed} messages", came=came, holds=holds, breaks=why)

    def told(self, kind: Kind = Kind.UPDATED, **fields: Any) -> Change:
        return typical(kind, self.name, self.user, **fields)

    def deletion(self, name: str = "") -> Change:
        return typical(Kind.DELETED, name or self.name, self.user)

    def look(self) -> Answer:
        return self.push(self.told(Kind.OCCURRENCE_UPDATED))

    def push(self, told: Change, *, bend: Bend = as_made, shift: timedelta = NOW) -> Answer:
        return self.heard(self.sender.push(told, bend=bend, shift=shift))

    def heard(self, pushed: Pushed, *, first: bool = False) -> Answer:
        one = pushed.tries[0 if first else -1]
        self.pushed += 1
        self.slowest = max(self.slowest, one.seconds)
        if one.answer is None:
            raise Silent
        return one.answer

    def fits(self, answer: Answer) -> bool:
        """Whether it is taken as the first update was."""
        return _good(answer) if self.known else answer.status == self.usual

    def as_before(self, promise: str, sent: str, before: Answer, *, breaks: str) -> Finding:
        """Whether the conference is there, or is not there, as it was `before`."""
        after = self.look()
        return self.finding(promise, sent, after, holds=after.status == before.status, breaks=breaks)

    def taken(self, promise: str, told: Change, *, bend: Bend = as_made, breaks: str = UNHEARD) -> Finding:
        answer = self.push(told, bend=bend)
        return self.finding(promise, str(told.kind), answer, holds=self.fits(answer), breaks=breaks)

    def finding(self, promise: str, sent: str, *came: Answer, holds: bool, breaks: str) -> Finding:
        texts = (str(each.status) if holds else each.words().partition(" answered ")[2] for each in came)
        return Finding(promise=promise, sent=sent, came=", then ".join(texts), holds=holds, breaks=breaks)


def _good(answer: Answer) -> bool:
    return httpx.codes.is_success(answer.status)


def _respelt(name: str) -> str:
    other = name.swapcase()
    return other if other != name else f"{name} "
