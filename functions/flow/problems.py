"""What can be wrong with a calendar, the worst first, and how operators are told of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from functions.core.enrolment import Enrolment
from functions.ports import Versioned

BEHIND_MAX = timedelta(minutes=10)


class Problem(StrEnum):
    """The worst first: nothing is read any more, or not now; late; not done; not seen; only not shown."""

    ACCESS_LOST = "access_lost"
    FAILING = "failing"
    BEHIND = "behind"
    CHANNEL_ENDED = "channel_ended"
    DELETIONS_WITHHELD = "deletions_withheld"
    PARKED = "parked"
    UNNAMED = "unnamed"
    UNREADABLE = "unreadable"
    HIDDEN = "hidden"
    LINKS_REFUSED = "links_refused"


def problems(kept: Versioned[Enrolment], known: Mapping[Problem, str]) -> Sequence[tuple[Problem, str]]:
    """With why, the worst first. `known` are those that the conferences' records tell of."""
    found = {**dict(_of_enrolment(kept)), **known}
    return [(kind, found[kind]) for kind in Problem if found.get(kind)]


def _of_enrolment(kept: Versioned[Enrolment]) -> Iterator[tuple[Problem, str]]:
    enrolment, now = kept.value, kept.read_at
    yield Problem.ACCESS_LOST, f"no access: {enrolment.trouble.why}" if enrolment.trouble.lost_at else ""
    yield Problem.FAILING, _failing(enrolment, now)
    yield Problem.BEHIND, "a read is overdue" if behind(enrolment, now) > BEHIND_MAX else ""
    yield Problem.CHANNEL_ENDED, _unwatched(enrolment, now)
    yield Problem.DELETIONS_WITHHELD, _mass(enrolment)
    yield Problem.UNNAMED, _nameless(enrolment)
    yield Problem.UNREADABLE, first("unreadable events", list(enrolment.unreadable.items()))
    yield Problem.HIDDEN, "details of its events are hidden" if enrolment.details_hidden else ""


def behind(enrolment: Enrolment, now: datetime) -> timedelta:
    """For how long a read has been asked for or due, and was not made."""
    asked, synced, due = enrolment.asked_again_at, enrolment.synced_at, enrolment.due_at
    unanswered = [asked] if asked and (synced is None or asked > synced) else []
    overdue = [due] if due and due < now else []
    return now - min([*unanswered, *overdue], default=now)


def first(what: str, those: Sequence[tuple[str, str]]) -> str:
    return f"{what}: {len(those)}, first {': '.join(those[0])}" if those else ""


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
    """Trouble that has just begun may pass by itself; access that is lost is a problem of its own. A calendar
    that backs off for its user's quota or our project has not failed, and is not read all the same.
    """
    trouble = enrolment.trouble
    since = trouble.since or enrolment.reading_since or now
    return trouble.why if now - since > BEHIND_MAX and not trouble.lost_at else ""
