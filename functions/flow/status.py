"""The state of one enrolled calendar, and what is wrong with it, from its conferences' records, too."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from functions.core import counts, trouble
from functions.core.aside import Aside, set_aside
from functions.core.conference import HOLDS, Conference, counted, whose
from functions.core.enrolment import Enrolment, Rest, Withheld
from functions.core.model import EventRef
from functions.flow.calendars import enrolled
from functions.flow.context import Context
from functions.flow.problems import Problem, behind, first, problems
from functions.ports import Store, Versioned

State = Mapping[str, object]


@dataclass(slots=True)
class Details:
    """What the conferences' records say about one calendar."""

    counts: Counter[str] = field(default_factory=Counter)
    parked: list[Aside] = field(default_factory=list)
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
    conferences = store.conferences(held_in=kept.value.calendar_id)
    found = _details((one.value for one in conferences), kept.value.calendar_id)
    known = {
        Problem.LINKS_REFUSED: first("links not written", list(found.links_refused.items())),
        Problem.PARKED: first("parked conferences", _for_good(found.parked)),
    }
    return {
        **known_of(kept, store.resting(kept.read_at)),
        "holds": found.counts[HOLDS],
        "parked": [parked(one) for one in found.parked],
        "not_carried": counts.not_carried(found.counts),
        "links_refused": found.links_refused,
        **faults(kept, known),
    }


def _details(conferences: Iterable[Conference], calendar_id: str) -> Details:
    found = Details()
    for one in conferences:
        found.counts.update(counted(one).get(calendar_id, {}))
        if calendar_id in whose(one):
            found.parked.extend(set_aside(one))
        for unshown in one.published.unwritten:
            if unshown.refused and unshown.ref.calendar_id == calendar_id:
                found.links_refused[unshown.ref.event_id] = _refusal(one, unshown.ref)
    return found


def _refusal(conference: Conference, ref: EventRef) -> str:
    """The words of the last refusal, as far as the history goes back."""
    deeds = (entry.why for entry in reversed(conference.history) if entry.event == ref and entry.row == "E28")
    return next(deeds, "refused")


def _for_good(those: Sequence[Aside]) -> list[tuple[str, str]]:
    """What waits for an operator, or has been tried again for too long."""
    return [(one.key.id, one.why.reason) for one in those if one.for_good]


def known_of(kept: Versioned[Enrolment], resting: Mapping[str, Rest]) -> dict[str, object]:
    """What the enrolment says. Seconds are counted at the store's own time."""
    enrolment, now = kept.value, kept.read_at
    if rest := resting.get(enrolment.access.subject):
        enrolment = trouble.at_rest(enrolment, rest)
    channel, ill = enrolment.watch.channel, enrolment.trouble
    return {
        **summary(enrolment),
        "user": enrolment.user,
        "channel_seconds_left": _seconds(channel.expires_at - now) if channel else None,
        "last_sync_at": enrolment.synced_at.isoformat() if enrolment.synced_at else None,
        "last_sync_seconds_ago": _seconds(now - enrolment.synced_at) if enrolment.synced_at else None,
        "behind_seconds": _seconds(behind(enrolment, now)),
        "withheld": _withheld(enrolment.withheld),
        "braked": _withheld(enrolment.brake.withheld),
        "unreadable": dict(enrolment.unreadable),
        "unnamed": list(enrolment.unnamed),
        "degraded": enrolment.details_hidden,
        "access_lost_since": ill.lost_at.isoformat() if ill.lost_at else None,
        "paused_until": ill.backoff_until.isoformat() if ill.backoff_until else None,
        "trouble": ill.why,
    }


def faults(kept: Versioned[Enrolment], known: Mapping[Problem, str]) -> State:
    return {"faults": [{"kind": kind.value, "why": why} for kind, why in problems(kept, known)]}


def parked(one: Aside) -> State:
    return {
        "provider": one.key.provider,
        "conference_id": one.key.id,
        "occurrence": one.occurrence,
        "reason": one.why.reason,
        "since": one.why.since.isoformat(),
        "attempts": one.attempts,
        "retry_at": one.retry_at.isoformat() if one.retry_at else None,
    }


def _withheld(held: Withheld | None) -> State | None:
    return {**asdict(held), "since": held.since.isoformat()} if held else None


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 1)
