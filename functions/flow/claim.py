"""The add-on claims a conference for the user it made it for, where its system cannot say whose it is."""

import logging
from collections.abc import Sequence

from functions.core.conference import Conference, new
from functions.core.errors import BadRequest, RetryLater
from functions.core.model import ConferenceKey, Solution
from functions.core.owning import claimed
from functions.flow.context import WRITE_TRIES_MAX, Context, pause
from functions.ports import Owned

log = logging.getLogger(__name__)


def claim(context: Context, solutions: Sequence[Solution], asked: ConferenceKey, owner: str) -> None:
    """From now on the conference is this user's alone; `asked` has the name of a solution.

    BadRequest: 400 if that is none of ours or the id none of its system, 403 if it is somebody else's.
    """
    key = _key(solutions, asked)
    if isinstance(context.provider(key.provider), Owned):
        return  # its system says whose it is
    for attempt in range(WRITE_TRIES_MAX):
        kept = next(iter(context.store.known([], [key])), None)
        found = kept.value if kept else new(key, context.now())
        if _saved(context, found, claimed(found, owner), kept.version if kept else None):
            return
        pause(context, attempt)
    raise RetryLater(f"conference {key.id} is being written by too many at once")


def _saved(context: Context, found: Conference, wanted: Conference | None, version: str | None) -> bool:
    if wanted is None:
        log.warning("claim.refused", extra={"provider": found.key.provider, "conference_id": found.key.id})
        raise BadRequest(
            f"conference {found.key.id} is claimed by, or in events of, somebody else", status=403
        )
    return wanted == found or context.store.save(wanted, version) is not None


def _key(solutions: Sequence[Solution], asked: ConferenceKey) -> ConferenceKey:
    solution = next((one for one in solutions if one.name and one.name == asked.provider), None)
    if solution is None:
        raise BadRequest(f"solution {asked.provider!r} is not named in CONFERENCE_SOLUTIONS")
    canonical = solution.canonical(asked.id)
    if not canonical:
        raise BadRequest(f"conference_id {asked.id!r} is no id of {asked.provider!r}")
    return ConferenceKey(solution.provider, canonical)
