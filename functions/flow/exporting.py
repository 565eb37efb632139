"""All that the store says of one person, for them to have: what `leave --erase` takes out of it."""

from collections.abc import Iterable, Sequence

from functions.core.concerning import concerning, named_in, plain
from functions.core.conference import Conference
from functions.core.errors import BadRequest
from functions.core.times import moment
from functions.flow.calendars import calendars_of
from functions.flow.status import State
from functions.ports import Versioned, WholeStore


def export(store: WholeStore, user: str, conferences: Iterable[Versioned[Conference]]) -> State:
    """From all `conferences` that there are: texts and parties may name them in any. BadRequest (404) if
    nothing is stored.
    """
    theirs = [kept.value for kept in calendars_of(store, user)]
    names = {user, *(one.calendar_id for one in theirs)}
    rest, grant = store.resting(moment(0)).get(user), store.grant(user)  # one that is over, too
    found = {
        "enrolments": [plain(one) for one in theirs],
        "conferences": [plain(one) for kept in conferences if (one := concerning(kept.value, names))],
        "grant": plain(grant.value) if grant else None,
        "rest": plain(rest),
        "named_by": _named_by(store, names),
    }
    if not any(found.values()):
        raise BadRequest(f"nothing is stored of {user}", status=404)
    return {"user": user, **found}


def _named_by(store: WholeStore, names: set[str]) -> Sequence[State]:
    """Other calendars whose trouble is told in words that name them."""
    others = (kept.value for kept in store.enrolments() if kept.value.calendar_id not in names)
    found = ((one.calendar_id, named_in(one, names)) for one in others)
    return [{"calendar_id": calendar_id, "why": why} for calendar_id, why in found if why]
