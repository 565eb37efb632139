"""A user connects their calendar, connects it again, or ends that (`CALENDAR_AUTH=oauth`).

Nothing is stored before Google has said who consented to what. What comes of a grant that leads to nothing:
it is given back to Google, unless something else of the same account is kept, since that would end with it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from functions.core import consent, trouble
from functions.core.consent import Given, Identity, Purpose, Visit
from functions.core.enrolment import Enrolment
from functions.core.errors import AccessLost, BadRequest, Rejected, RetryLater
from functions.core.model import Place, Reason, SyncRequest
from functions.flow.calendars import enrolments_of
from functions.flow.context import Consenting, Context, amend_enrolment
from functions.flow.joining import join
from functions.flow.leaving import end_consent, leave
from functions.flow.renew import renew_one
from functions.ports import Versioned

log = logging.getLogger(__name__)
REFUSED = (AccessLost, BadRequest, RetryLater, Rejected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """With what Google sent a browser back."""

    state: str
    code: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What came of a sign-in: a calendar is connected, or the user may now confirm with `confirmation` that
    nothing of theirs is to be read any more.
    """

    user: str
    calendar_id: str = ""
    confirmation: str = ""


def ticket_url(context: Context, user: str) -> str:
    return consent.ticket_url(consenting(context).connect_url, user, context.keys, context.now())


def invited(context: Context, *, ticket: str, calendar_id: str) -> Visit:
    """The visit that a link asks for. BadRequest; nothing is read."""
    user = consent.ticket_user(ticket, context.keys, context.now()) if ticket else ""
    return Visit(purpose=Purpose.CONNECT, user=user, calendar_id=consent.wanted_calendar(calendar_id))


def start(context: Context, visit: Visit, secret: str) -> str:
    """Google's page that the browser with this secret is sent to."""
    google = consenting(context).google
    question = consent.question(
        visit,
        secret=secret,
        its_state=consent.state(visit, secret, context.keys, context.now()),
        client_id=google.client_id,
        redirect_uri=_callback(context),
        scope=_scope(context),
    )
    return google.page(question)


def finish(context: Context, returned: Returned, secret: str) -> Ended:
    """Google has sent the browser back. BadRequest, AccessLost, RetryLater, Rejected."""
    visit = consent.visit_of(returned.state, secret, context.keys, context.now())
    if returned.error or not returned.code or visit.purpose is Purpose.LEAVE:
        raise consent.refusal(returned.error)
    google = consenting(context).google
    given = google.exchange(returned.code, verifier=consent.verifier(secret), redirect_uri=_callback(context))
    who = consent.signed_in(given.claims, client_id=google.client_id, secret=secret, now=context.now())
    if visit.purpose is Purpose.DISCONNECT:
        leaving = Visit(purpose=Purpose.LEAVE, user=who.user, subject=who.subject)
        confirmation = consent.state(leaving, secret, context.keys, context.now())
        return Ended(user=who.user, confirmation=confirmation)
    try:
        return _connected(context, visit, given, who)
    except REFUSED as error:
        log.warning("connect.refused", extra={"user": who.user, "why": error.logged})
        _give_back(context, given, who)
        raise


def _connected(context: Context, visit: Visit, given: Given, who: Identity) -> Ended:
    _check(context, visit, given, who)
    _keep(context, given, who)
    try:
        calendar_id = join(context, visit.calendar_id, who.user).value.calendar_id
    except REFUSED:
        end_consent(context, who.user, revoke=False)  # that is for who asked, with what was given
        _wake(context, _regained(context, who.user))
        raise
    log.info("connect.granted", extra={"user": who.user, "calendar_id": calendar_id})
    woken = _regained(context, who.user)
    _ask(context, calendar_id)
    _wake(context, woken)
    return Ended(user=who.user, calendar_id=calendar_id)


def _check(context: Context, visit: Visit, given: Given, who: Identity) -> None:
    if visit.user and visit.user != who.user:
        said = f"This link is for {visit.user}, and you signed in as {who.user}."
        raise BadRequest(f"{said} Please start again and choose the right account.", status=403)
    if _scope(context) not in given.scopes:
        said = "The box that lets this service see the events of your calendars was not ticked."
        raise BadRequest(f"{said} Please start again and tick it.")
    if not given.refresh_token:
        raise RetryLater("Google gave no lasting consent")


def _keep(context: Context, given: Given, who: Identity) -> None:
    kept, google = consenting(context).kept, consenting(context).google
    standing = kept.grant(who.user)
    if standing and standing.value.subject != who.subject:
        said = f"{who.user} is connected with another Google account, which had this address before."
        raise BadRequest(f"{said} Please ask whoever runs this service to disconnect it.", status=409)
    grant = google.sealed(given, who, context.now())
    if kept.keep_grant(grant, standing.version if standing else None) is None:
        raise BadRequest("You have connected in another window meanwhile.", status=409)


def _give_back(context: Context, given: Given, who: Identity) -> None:
    standing = consenting(context).kept.grant(who.user)
    if standing and standing.value.subject == who.subject:
        return
    try:
        consenting(context).google.give_back(given)
    except RetryLater as error:
        log.warning("consent.not_revoked", extra={"user": who.user, "why": error.logged})


def _regained(context: Context, user: str) -> Sequence[Versioned[Enrolment]]:
    """Calendars that could not be read for lack of the consent that is kept. All of them, before one is read:
    what it lets go of is looked for in the others only if they can be read.
    """
    if consenting(context).kept.grant(user) is None:
        return []
    amended = [
        amend_enrolment(context, kept, lambda found, now: trouble.regain(found, now=now))
        for kept in enrolments_of(context, user)
    ]
    return [woken for woken in amended if woken]


def _wake(context: Context, regained: Sequence[Versioned[Enrolment]]) -> None:
    """They are watched and read at once."""
    for woken in regained:
        if renew_one(context, woken) != "renewed":
            _ask(context, woken.value.calendar_id)


def _ask(context: Context, calendar_id: str) -> None:
    """For a sync; the sweep does if that fails: it is due."""
    try:
        context.queue.publish(SyncRequest(calendar_id=calendar_id, reason=Reason.INITIALIZE))
    except RetryLater as error:
        log.warning("connect.sync_not_asked", extra={"calendar_id": calendar_id, "why": error.logged})


def confirmed(context: Context, confirmation: str, secret: str) -> Ended:
    """The user of this browser disconnects. BadRequest, RetryLater."""
    visit = consent.visit_of(confirmation, secret, context.keys, context.now())
    if visit.purpose is not Purpose.LEAVE:
        raise BadRequest(consent.AGAIN)
    disconnect(context, visit.user, subject=visit.subject)
    return Ended(user=visit.user)


def disconnect(context: Context, user: str, *, subject: str = "") -> list[str]:
    """Stop the channels, forget the holds and the grant, and end all consent; conferences stay. The calendars
    that left. BadRequest (404, or 409 if the grant is not of this `subject`), RetryLater: the sweep goes on.
    """
    standing = consenting(context).kept.grant(user)
    if standing and subject and standing.value.subject != subject:
        raise BadRequest(f"{user} is connected with another Google account.", status=409)
    calendars = [kept.value.calendar_id for kept in enrolments_of(context, user)]
    if not (standing or calendars):
        raise BadRequest(f"{user} is not connected.", status=404)
    troubles = [error for name in calendars if (error := _left(lambda name=name: leave(context, name)))]  # type: ignore[misc]
    if troubles:
        raise troubles[0]
    end_consent(context, user)
    return calendars


def _left(leaves: Callable[[], object]) -> RetryLater | None:
    """One calendar's trouble does not keep the others."""
    try:
        leaves()
    except RetryLater as error:
        return error
    return None


def is_connected(context: Context, user: str) -> bool:
    """Whether the user has consented to what is needed today, and one of their calendars can be read."""
    standing = consenting(context).kept.grant(user)
    if standing is None or not standing.value.allows(_scope(context)):
        return False
    return any(
        not (kept.value.trouble.lost_at or kept.value.leaving_at) for kept in enrolments_of(context, user)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resealed:
    """How many grants are sealed with today's key now, were already, or open with no key."""

    resealed: int = 0
    current: int = 0
    failed: int = 0


def reseal(context: Context) -> Resealed:
    """All grants, with the first of `GRANT_KEYS`; afterwards the others may go."""
    done = Resealed()
    for standing in consenting(context).kept.grants():
        try:
            newer = consenting(context).google.resealed(standing.value)
        except RetryLater as error:
            log.warning("grant.not_opened", extra={"user": standing.value.user, "why": error.logged})
            done = replace(done, failed=done.failed + 1)
            continue
        if newer is None:
            done = replace(done, current=done.current + 1)
        else:  # whoever was faster has sealed it anew, too
            consenting(context).kept.keep_grant(newer, standing.version)
            done = replace(done, resealed=done.resealed + 1)
    return done


def consenting(context: Context) -> Consenting:
    if context.consenting is None:
        raise Rejected("CALENDAR_AUTH is not oauth: no user is asked for consent")
    return context.consenting


def _callback(context: Context) -> str:
    return f"{consenting(context).connect_url}/callback"


def _scope(context: Context) -> str:
    return consent.scope_for(writes=context.policy.write_back is not Place.OFF)
