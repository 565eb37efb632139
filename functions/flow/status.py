"""The state of the enrolled calendars, and what is wrong with each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from functions.core import trouble
from functions.core.conference import Conference, Parked, Refusal, refusals
from functions.core.enrolment import Enrolment, Rest, Withheld
from functions.core.model import ConferenceKey, EventRef
from functions.flow.calendars import enrolled
from functions.flow.context import Context
from functions.ports import Store, Versioned

State = Mapping[str, object]
BEHIND_MAX = timedelta(minutes=10)
PATIENT_TRIES = 5  # a conference that backs off has failed for a quarter of an hour by then


class Problem(StrEnum):
    """What can be wrong with a calendar."""

    ACCESS_LOST = "access_lost"
    CHANNEL_ENDED = "channel_ended"
    BEHIND = "behind"
    FAILING = "failing"
    HIDDEN = "hidden"
    UNREADABLE = "unreadable"
    UNNAMED = "unnamed"
    PARKED = "parked"
    LINKS_REFUSED = "links_refused"
    DELETIONS_WITHHELD = "deletions_withheld"


class Aside(NamedTuple):
    """What is not pushed of a conference, or of one occurrence: it is refused, or to be tried again."""

    key: ConferenceKey
    occurrence: str | None
    why: Refusal | Parked

    @property
    def retry_at(self) -> datetime | None:
        return self.why.retry_at

    @property
    def refused(self) -> bool:
        return isinstance(self.why, Refusal)

    @property
    def attempts(self) -> int:
        return self.why.attempts if isinstance(self.why, Parked) else 1


@dataclass(slots=True)
class Tally:
    """What the conferences' records say about one calendar."""

    holds: int = 0
    parked: list[Aside] = field(default_factory=list)
    unsupported: Counter[str] = field(default_factory=Counter)
    links_refused: dict[str, str] = field(default_factory=dict)


def summary(enrolment: Enrolment) -> dict[str, object]:
    channel = enrolment.watch.channel
    return {
        "calendar_id": enrolment.calendar_id,
        "channel": {"id": channel.id, "expires_at": channel.expires_at.isoformat()} if channel else None,
        "synced": enrolment.token is not None,
        "watchable": enrolment.watch.possible,
    }


def state(context: Context, calendar_id: str) -> State:
    """What an operator asks of one calendar. BadRequest (404) if it is not enrolled."""
    return standing(context.store, calendar_id)


def standing(store: Store, calendar_id: str) -> State:
    """As `state`, with nothing but the store."""
    kept = enrolled(store, calendar_id)
    found = _tallies(store.conferences(held_in=kept.value.calendar_id))
    return _state(kept, found.get(kept.value.calendar_id, Tally()), store.resting(kept.read_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`states` reads the enrolments while it is iterated; `stray` are parked and held in no calendar."""

    states: Iterator[State]
    stray: Sequence[State]


def overview(store: Store) -> Overview:
    """All enrolled calendars, from one read of the conferences and one of the enrolments."""
    found = _tallies(store.conferences())
    stray = found.get(None, Tally()).parked
    return Overview(states=_states(store, found), stray=[_parked(one) for one in stray])


def _states(store: Store, found: Mapping[str | None, Tally]) -> Iterator[State]:
    resting: Mapping[str, Rest] | None = None
    for kept in store.enrolments():
        if not kept.value.leaving_at:
            resting = store.resting(kept.read_at) if resting is None else resting
            yield _state(kept, found.get(kept.value.calendar_id, Tally()), resting)


def _tallies(conferences: Iterator[Versioned[Conference]]) -> dict[str | None, Tally]:
    """By calendar; None has the conferences that no calendar holds or held lately."""
    tallies: dict[str | None, Tally] = {}
    for kept in conferences:
        one = kept.value
        for hold in one.holds:
            tallies.setdefault(hold.ref.calendar_id, Tally()).holds += 1
        for unshown in filter(lambda each: each.refused, one.published.unwritten):
            refused = tallies.setdefault(unshown.ref.calendar_id, Tally()).links_refused
            refused[unshown.ref.event_id] = _refusal(one, unshown.ref)
        for holder in {hold.ref.calendar_id for hold in one.holds}:
            tallies[holder].unsupported.update(one.unsupported)
        if found := set_aside(one):
            calendars: set[str | None] = {hold.ref.calendar_id for hold in (*one.holds, *one.released)}
            for name in calendars or {None}:
                tallies.setdefault(name, Tally()).parked.extend(found)
    return tallies


def _refusal(conference: Conference, ref: EventRef) -> str:
    """The words of the last refusal, as far as the history goes back."""
    deeds = (entry.why for entry in reversed(conference.history) if entry.event == ref and entry.row == "E28")
    return next(deeds, "refused")


def _state(kept: Versioned[Enrolment], tally: Tally, resting: Mapping[str, Rest]) -> State:
    """Seconds are counted at the store's own time."""
    enrolment, now = kept.value, kept.read_at
    if rest := resting.get(enrolment.access.subject):
        enrolment = trouble.at_rest(enrolment, rest)
    channel = enrolment.watch.channel
    return {
        **summary(enrolment),
        "user": enrolment.user,
        "channel_seconds_left": _seconds(channel.expires_at - now) if channel else None,
        "last_sync_at": enrolment.synced_at.isoformat() if enrolment.synced_at else None,
        "last_sync_seconds_ago": _seconds(now - enrolment.synced_at) if enrolment.synced_at else None,
        "behind_seconds": _seconds(_behind(enrolment, now)),
        "holds": tally.holds,
        "parked": [_parked(one) for one in tally.parked],
        "not_carried": dict(tally.unsupported),
        "links_refused": tally.links_refused,
        "withheld": _withheld(enrolment.withheld),
        "braked": _withheld(enrolment.brake.withheld),
        "unreadable": dict(enrolment.unreadable),
        "unnamed": list(enrolment.unnamed),
        "degraded": enrolment.details_hidden,
        "access_lost_since": enrolment.trouble.lost_at.isoformat() if enrolment.trouble.lost_at else None,
        "paused_until": enrolment.trouble.backoff_until.isoformat()
        if enrolment.trouble.backoff_until
        else None,
        "trouble": enrolment.trouble.why,
        "faults": [{"kind": kind.value, "why": why} for kind, why in _faults(kept, tally)],
    }


def _withheld(held: Withheld | None) -> State | None:
    return {**asdict(held), "since": held.since.isoformat()} if held else None


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 1)


def _behind(enrolment: Enrolment, now: datetime) -> timedelta:
    """For how long a read has been asked for or due, and was not made."""
    asked, synced, due = enrolment.asked_again_at, enrolment.synced_at, enrolment.due_at
    unanswered = [asked] if asked and (synced is None or asked > synced) else []
    overdue = [due] if due and due < now else []
    return now - min([*unanswered, *overdue], default=now)


def set_aside(conference: Conference) -> list[Aside]:
    """What is refused, of the conference itself or of an occurrence, and what is to be tried again."""
    for_good = [Aside(conference.key, start, why) for start, why in refusals(conference).items()]
    return for_good + ([Aside(conference.key, None, conference.parked)] if conference.parked else [])


def _parked(one: Aside) -> State:
    return {
        "provider": one.key.provider,
        "conference_id": one.key.id,
        "occurrence": one.occurrence,
        "reason": one.why.reason,
        "since": one.why.since.isoformat(),
        "attempts": one.attempts,
        "retry_at": one.retry_at.isoformat() if one.retry_at else None,
    }


def _faults(kept: Versioned[Enrolment], tally: Tally) -> list[tuple[Problem, str]]:
    enrolment, now = kept.value, kept.read_at
    found = {
        Problem.ACCESS_LOST: f"no access: {enrolment.trouble.why}" if enrolment.trouble.lost_at else "",
        Problem.CHANNEL_ENDED: _unwatched(enrolment, now),
        Problem.BEHIND: "a read is overdue" if _behind(enrolment, now) > BEHIND_MAX else "",
        Problem.FAILING: _failing(enrolment, now),
        Problem.HIDDEN: "details of its events are hidden" if enrolment.details_hidden else "",
        Problem.UNREADABLE: _first("unreadable events", list(enrolment.unreadable.items())),
        Problem.UNNAMED: _nameless(enrolment),
        Problem.DELETIONS_WITHHELD: _mass(enrolment),
        Problem.LINKS_REFUSED: _first("links not written", list(tally.links_refused.items())),
        Problem.PARKED: _first("parked conferences", _for_good(tally.parked)),
    }
    return [(kind, why) for kind, why in found.items() if why]


def _nameless(enrolment: Enrolment) -> str:
    found = enrolment.unnamed
    said = "events whose conference is of a solution that CONFERENCE_SOLUTIONS does not name"
    return f"{said}: {len(found)}, first {found[0]}" if found else ""


def _mass(enrolment: Enrolment) -> str:
    held, braked = enrolment.withheld, enrolment.brake.withheld
    said = [
        f"a full read found {held.releases} of {held.holds} holds gone; none was released" if held else "",
        f"{braked.releases} of {braked.holds} conferences were let go within a day; no more are deleted"
        if braked
        else "",
    ]
    return "; ".join(filter(None, said))


def _unwatched(enrolment: Enrolment, now: datetime) -> str:
    if not enrolment.watch.possible:
        return ""
    if enrolment.watch.channel is None:
        return "it has no channel"
    return "its channel has ended" if enrolment.watch.channel.expires_at <= now else ""


def _failing(enrolment: Enrolment, now: datetime) -> str:
    """Trouble that has just begun may pass by itself; access that is lost is a problem of its own."""
    since = enrolment.trouble.since
    return (
        enrolment.trouble.why if since and now - since > BEHIND_MAX and not enrolment.trouble.lost_at else ""
    )


def _for_good(parked: Sequence[Aside]) -> list[tuple[str, str]]:
    """What waits for an operator, or has been tried again for too long."""
    tired = [one for one in parked if one.refused or one.attempts >= PATIENT_TRIES]
    return [(one.key.id, one.why.reason) for one in tired]


def _first(what: str, those: Sequence[tuple[str, str]]) -> str:
    return f"{what}: {len(those)}, first {': '.join(those[0])}" if those else ""
