"""A calendar leaves, and is forgotten. That may be begun several times, and anybody may finish it."""

import logging
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from itertools import islice

from functions.core import trouble, watching
from functions.core.conference import Conference
from functions.core.enrolment import Enrolment
from functions.core.errors import BadRequest, RetryLater
from functions.core.forgetting import forget, is_of_use, strike
from functions.core.grant import Grant
from functions.flow.calendars import enrolments_of
from functions.flow.context import (
    WRITE_TRIES_MAX,
    Context,
    Notes,
    amend_enrolment,
    counting,
    pause,
    save_conference,
)
from functions.flow.renew import stop
from functions.flow.status import State
from functions.ports import Versioned

log = logging.getLogger(__name__)
SEARCHED_AT_ONCE = 200  # records between two lines of the log


class _Over(Exception):
    """Somebody else has finished it, and the calendar may have been enrolled again; or it is to be erased by
    now, and who asked for that finishes it.
    """


def leave(context: Context, calendar_id: str, *, erase: bool = False) -> State:
    """Stop the channel, forget token, holds and who they were of; no conference is touched. BadRequest (404)
    if not enrolled. `erase`: nothing that is stored names the calendar or its user any more, of a calendar
    that left earlier, too; `still_enrolled` are those that go on being read as that user.

    That it leaves is stored first: if leaving is cut short, the sweep or the same request again finishes it.
    """
    if erase:
        _store_that_it_leaves(context, calendar_id)
    kept = context.store.enrolment(calendar_id)
    begun = amend_enrolment(context, kept, partial(_leaving, erase=erase)) if kept else None
    if begun is None:
        raise BadRequest(f"calendar {calendar_id} is not enrolled", status=404)
    others = {"still_enrolled": others_of(context, begun.value)} if erase else {}
    finish(context, begun)
    return {"calendar_id": calendar_id, **others}


def _leaving(found: Enrolment, now: datetime, *, erase: bool) -> Enrolment:
    return watching.leave(found, now=now, erase=erase)


def _store_that_it_leaves(context: Context, calendar_id: str) -> None:
    """Of a calendar that is not enrolled, so that it is erased as any other, whatever cuts that short."""
    gone = watching.leave(watching.fresh(calendar_id, None, now=context.now()), now=context.now(), erase=True)
    if context.store.enrolment(calendar_id) is None:
        context.store.save(gone, None)


def finish(context: Context, leaving: Versioned[Enrolment]) -> None:
    """Stop the channel, forget the holds and who they were of, end the consent if nothing else needs it, and
    forget the enrolment last: as long as it stands, the sweep goes on. RetryLater if the channel may be
    stopped later: which user may stop it is known only while there is an enrolment.
    """
    calendar_id, channel = leaving.value.calendar_id, leaving.value.watch.channel
    ended = channel is None or channel.expires_at <= leaving.read_at
    stopped = ended or (channel is not None and stop(context, leaving.value, channel))
    names = _names(context, leaving.value)
    try:
        _forget_all(context, leaving.value, names)
        if leaving.value.erasing:
            _strike_enrolments(context, leaving.value, names)
        if leaving.value.access.subject in names:
            context.store.rest(leaving.value.access.subject, None)
        if not stopped:
            raise RetryLater(f"the channel of calendar {calendar_id} could not be stopped for now")
        _still(context, leaving.value)
        end_consent(context, leaving.value.access.subject, leaving=leaving.value)
        _remove(context, leaving.value)
    except _Over:
        return
    log.info("calendar.left", extra={"calendar_id": calendar_id})


def _forget_all(context: Context, leaving: Enrolment, names: Collection[str]) -> None:
    """Others' counts may change with that."""
    notes = Notes()
    with counting(context, notes):
        for named in _naming(context, leaving):
            _forget(context, named, leaving, names, notes)


def end_consent(
    context: Context, user: str, *, leaving: Enrolment | None = None, revoke: bool = True
) -> None:
    """If no calendar but one that is `leaving` needs it, the grant is forgotten, and Google told so, if it
    can be. A grant that is newer than the leaving is of a user who connects again.
    """
    consenting = context.consenting
    kept = consenting.kept.grant(user) if consenting else None
    if consenting is None or kept is None:
        return
    if leaving and leaving.leaving_at and kept.value.granted_at > leaving.leaving_at:
        return
    if any(_needs(one.value, leaving, kept) for one in enrolments_of(context, user)):
        return
    if not consenting.kept.drop_grant(kept.value, kept.version) or not revoke:
        return
    try:
        consenting.google.revoke(kept.value)
    except RetryLater as error:
        log.warning("consent.not_revoked", extra={"user": user, "why": error.logged})
        return
    log.info("consent.ended", extra={"user": user})


def _needs(enrolment: Enrolment, leaving: Enrolment | None, kept: Versioned[Grant]) -> bool:
    """A calendar that was lost for so long that it has lapsed does not need what it lost, but a newer one."""
    leaves = leaving is not None and enrolment.calendar_id == leaving.calendar_id
    lost_at = enrolment.trouble.lost_at
    newer = lost_at is not None and kept.value.granted_at > lost_at
    return not leaves and (newer or not trouble.lapsed(enrolment, kept.read_at))


def others_of(context: Context, enrolment: Enrolment) -> list[str]:
    """The other calendars that are read as the same user, and so go on naming them."""
    its = enrolments_of(context, enrolment.access.subject)
    return [kept.value.calendar_id for kept in its if kept.value.calendar_id != enrolment.calendar_id]


def _names(context: Context, leaving: Enrolment) -> Collection[str]:
    """Those that are to go. Whose other calendars stay is behind their events, and owns what they own."""
    user = leaving.access.subject
    return {leaving.calendar_id, user} - ({user} if others_of(context, leaving) else set())


def _naming(context: Context, leaving: Enrolment) -> Iterator[Versioned[Conference]]:
    """The records that may name the calendar. To erase, that is every one: a text may name it, too."""
    if not leaving.erasing:
        yield from context.store.conferences(held_in=leaving.calendar_id)
        return
    records = context.store.conferences()
    while some := list(islice(records, SEARCHED_AT_ONCE)):
        yield from some
        log.info("records.searched", extra={"calendar_id": leaving.calendar_id, "records": len(some)})


def _strike_enrolments(context: Context, leaving: Enrolment, names: Collection[str]) -> None:
    for other in context.store.enrolments():
        if other.value.calendar_id != leaving.calendar_id and strike(other.value, names) != other.value:
            amend_enrolment(context, other, lambda found, _: strike(found, names))


def _remove(context: Context, leaving: Enrolment) -> None:
    for attempt in range(WRITE_TRIES_MAX):
        newest = _still(context, leaving)
        if context.store.remove(newest.value, newest.version):
            return
        pause(context, attempt)
    raise RetryLater("a record is being written by too many at once")


def _still(context: Context, leaving: Enrolment) -> Versioned[Enrolment]:
    """The enrolment, if it still leaves; otherwise _Over."""
    kept = context.store.enrolment(leaving.calendar_id)
    if kept is None or (kept.value.fence, kept.value.erasing) != (leaving.fence, leaving.erasing):
        raise _Over
    return kept


def _forget(
    context: Context,
    named: Versioned[Conference],
    leaving: Enrolment,
    names: Collection[str],
    notes: Notes,
) -> None:
    """A hold taken after the calendar was enrolled again stays: the record is read before the check that the
    calendar still leaves, and is written only if it is still as it was read.
    """
    found: Versioned[Conference] | None = named
    for attempt in range(WRITE_TRIES_MAX):
        left = forget(found.value, leaving.calendar_id, names) if found else None
        if found is None or left is None or left == found.value:
            return
        _still(context, leaving)
        if _written(context, found, left, leaving, notes):
            log.info("conference.forgotten", extra={"conference_id": named.value.key.id})
            return
        pause(context, attempt)
        found = next(iter(context.store.known([], [named.value.key])), None)
    raise RetryLater("a record is being written by too many at once")


def _written(
    context: Context, found: Versioned[Conference], left: Conference, leaving: Enrolment, notes: Notes
) -> bool:
    """A record that nobody needs is removed. Whether it was written or removed."""
    if is_of_use(left):
        fences = {leaving.calendar_id: leaving.fence}
        return save_conference(context, notes, found, left, fences) is not None
    return context.store.remove(left, found.version)
