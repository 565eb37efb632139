"""The add-on claims a conference for the user it made it for, where its system cannot say whose it is."""

import logging
from collections.abc import Callable, Sequence

from functions.core.caller import Caller, claim_in, wanted
from functions.core.conference import Conference, new
from functions.core.errors import BadRequest, RetryLater
from functions.core.model import ConferenceKey, Solution
from functions.core.owning import claimed
from functions.flow.context import Context, Notes, amend_conference, counting
from functions.flow.enrol import enrol
from functions.flow.status import State
from functions.ports import Owned

log = logging.getLogger(__name__)


def enrol_and_claim(
    context: Context, who: Caller, body: bytes, solutions: Callable[[], Sequence[Solution]]
) -> State:
    """What a body asks for: the calendar is enrolled, and the conference, if it names one, is its user's.

    As `enrol` and `claim`.
    """
    (calendar_id, user), asked = who.enrols(*wanted(body)), claim_in(body)
    found = enrol(context, calendar_id, user)
    if asked:
        claim(context, solutions(), asked, user or str(found["calendar_id"]))
    return found


def claim(context: Context, solutions: Sequence[Solution], asked: ConferenceKey, owner: str) -> None:
    """From now on the conference is this user's alone; `asked` has the name of a solution.

    BadRequest: 400 if that is none of ours or the id none of its system, 403 if it is somebody else's.
    RetryLater.
    """
    key = _key(solutions, asked)
    if isinstance(context.provider(key.provider), Owned):
        return  # its system says whose it is
    kept = next(iter(context.store.known([], [key])), None)
    if kept:
        notes = Notes()
        with counting(context, notes):
            amend_conference(context, kept, lambda found: _claimed(found, owner), notes)
    elif context.store.save(_claimed(new(key, context.now()), owner), None) is None:
        raise RetryLater(f"conference {key.id} is being written by others")


def _claimed(found: Conference, owner: str) -> Conference:
    wanted = claimed(found, owner)
    if wanted is None:
        log.warning("claim.refused", extra={"provider": found.key.provider, "conference_id": found.key.id})
        raise BadRequest(
            f"conference {found.key.id} is claimed by, or in events of, somebody else", status=403
        )
    return wanted


def _key(solutions: Sequence[Solution], asked: ConferenceKey) -> ConferenceKey:
    solution = next((one for one in solutions if one.name and one.name == asked.provider), None)
    if solution is None:
        raise BadRequest(f"solution {asked.provider!r} is not named in CONFERENCE_SOLUTIONS")
    canonical = solution.canonical(asked.id)
    if not canonical:
        raise BadRequest(f"conference_id {asked.id!r} is no id of {asked.provider!r}")
    return ConferenceKey(solution.provider, canonical)
