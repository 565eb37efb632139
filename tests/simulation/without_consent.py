"""What is promised of calendars whose users have no consent: nothing of them is told, nothing of them is
lost, and once they are connected again they are read soon.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.core.trouble import LAPSES_AFTER
from local.virtual.hub import Process
from tests.simulation.truth import CLOCKS_APART_S, Place, Room

if TYPE_CHECKING:
    from tests.simulation.history import History
    from tests.simulation.service import Service
    from tests.simulation.witness import Witness

READ_AGO_S = 900.0  # who read before it ended may tell so long after: as `witness` has it
LAPSE_S = LAPSES_AFTER.total_seconds()
FORGOTTEN_S = LAPSE_S + 3 * 86_400  # it takes half an hour to mark a calendar, and it is looked at once a day
SOON_S = 1_800.0


def unread(witness: "Witness", room: Room, began: float) -> str:
    """Why nothing can be known of a conference: all that ever carried it is of users without consent."""
    consents, truth = witness.consents, witness.truth
    if consents is None:
        return ""
    ever = {place for found, place in truth.hidden_since if found == room}
    ever |= {past.place for past in truth.past if past.room == room}
    users = {truth.readers[place.calendar_id] for place in ever}
    if not users or not all(consents.away.get(user, began) < began - READ_AGO_S for user in users):
        return ""
    return f"nobody has let its calendars be read since {max(consents.away[user] for user in users):.3f}"


def ended(witness: "Witness", process: Process, user: str) -> None:
    """A consent is ended by the service: then nothing needs it that was connected before that began, or its
    calendars have not been read for a month.
    """
    consents = witness.consents
    if consents is None:
        return
    since = consents.away.get(user, witness.hub.seconds)
    if since > witness.hub.seconds - LAPSE_S:
        for calendar_id in _read_as(witness, user):
            last = witness.asking.last(calendar_id)
            began = witness.began.get(process, 0.0)
            if witness.asking.enrolled(calendar_id) and last and last.ended < began:
                witness.say(f"the consent of {user} is ended, and {calendar_id} needs it")
    consents.look()


def kept_too_long(service: "Service", user: str) -> Iterator[str]:
    """To be asked before a user connects again."""
    consents = service.witness.consents
    enrolled = any(service.store.enrolment(name) for name in _read_as(service.witness, user))
    if consents is None or not enrolled or service.store.grant(user) is None:
        return
    gone = service.hub.seconds - consents.away.get(user, service.hub.seconds)
    if gone > FORGOTTEN_S:
        yield f"the grant of {user} is kept, who has been without consent for {gone:.0f} s"


def lost(service: "Service", user: str) -> list[str]:
    """Their calendars that could not be read by now."""
    every = [(name, service.store.enrolment(name)) for name in _read_as(service.witness, user)]
    return [name for name, kept in every if kept and kept.value.trouble.losses]


def waiting(service: "Service", user: str, calendars: Sequence[str], since: float) -> Iterator[str]:
    """Calendars that were lost when their user began to connect, and have not been read since, though nothing
    else is the matter.
    """
    witness, consents = service.witness, service.witness.consents
    since_then = service.hub.now() - timedelta(seconds=SOON_S)
    troubled = service.google.world.roles or service.store.resting(since_then)
    if consents is None or troubled or not consents.stands(user):
        return
    for calendar_id in calendars:
        last, read = witness.asking.last(calendar_id), witness.read_from.get(calendar_id, -1.0)
        wanted = witness.asking.enrolled(calendar_id) and last and last.began <= since
        if wanted and read < since - CLOCKS_APART_S:
            yield f"{calendar_id} is not read since {user} connected again at {since:.3f}"


def left_alone(history: "History", room: Room) -> bool:
    """Whether one of its events is of a user who stays without consent: nothing is judged of it but that it
    was not touched, which is judged at once.
    """
    consents = history.witness.consents
    return consents is not None and any(
        history.truth.readers[place.calendar_id] in consents.away for place in ever(history, room)
    )


def ever(history: "History", room: Room) -> set[Place]:
    now = {place for found, place in history.truth.hidden_since if found == room}
    return now | {past.place for past in history.truth.past if past.room == room}


def users(history: "History") -> Iterator[str]:
    """In the end: who is connected has a grant that Google knows, and who has disconnected has none here."""
    consents = history.witness.consents
    if consents is None:
        return
    for user in consents.users:
        asking, calendars = history.service.asking, _read_as(history.witness, user)
        wanted = [asking.enrolled(name) for name in calendars]
        if any(wanted) and user in consents.away and user not in consents.stays:
            yield f"{user} is connected, and their consent is gone"
        left = all(each is False for each in wanted) and asking.enrolled_whole(calendars)
        if left and history.service.store.grant(user):
            yield f"{user} has disconnected, and their grant is kept"


def _read_as(witness: "Witness", user: str) -> list[str]:
    return [name for name, reader in witness.truth.readers.items() if reader == user]


def marked(history: "History", calendar_id: str) -> Iterator[str]:
    """A calendar whose user stays without consent, once all is quiet."""
    kept = history.service.store.enrolment(calendar_id)
    if kept and not kept.value.trouble.lost_at:
        yield f"{calendar_id} cannot be read for lack of consent, and is not marked: {kept.value.trouble}"
