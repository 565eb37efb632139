"""Whose call it is, and what they may ask for: nobody signs in, or with `strict` every call has its token."""

from dataclasses import dataclass

from werkzeug.wrappers import Request

from gcal_standin.consent.consent import Consent
from gcal_standin.consent.scopes import GOOGLE
from gcal_standin.model.errors import not_implemented
from gcal_standin.web.discovery import Method
from gcal_standin.web.refusals import insufficient_scope, invalid_credentials, no_credentials

_OWNED = {f"{GOOGLE}calendar.events.owned", f"{GOOGLE}calendar.events.owned.readonly"}
# They open a part of a calendar, or of the calendars, that the stand-in does not tell apart.
_PARTIAL = {
    f"{GOOGLE}calendar.app.created",
    f"{GOOGLE}calendar.events.freebusy",
    f"{GOOGLE}calendar.events.public.readonly",
}
# What these tell is no more for a wider scope.
_WHOLE = {"colors.get", "freebusy.query"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    user: str | None  # None: whoever owns the calendar in question
    client: str = ""
    owned: bool = False  # only calendars whose owner the user is


class Gate:
    def __init__(self, consent: Consent) -> None:
        self._consent = consent
        self.strict = False

    def access(self, method: Method, request: Request) -> Access:
        return self._checked(method, request) if self.strict else Access(user=_named(request))

    def _checked(self, method: Method, request: Request) -> Access:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            raise no_credentials()
        grant = self._consent.grants.by_access(token)
        if grant is None:
            raise invalid_credentials()
        fitting = method.scopes & set(grant.scopes)
        if not fitting:
            raise insufficient_scope(method.id, method.scopes)
        if method.id in _WHOLE:
            return Access(user=grant.user, client=grant.client.id)
        if fitting <= _PARTIAL:
            raise not_implemented(f"what {', '.join(sorted(fitting))} opens")
        return Access(user=grant.user, client=grant.client.id, owned=fitting <= _OWNED | _PARTIAL)


def _named(request: Request) -> str | None:
    """Return who calls: the stand-in's header, or an access token that is an address; else nobody."""
    named = request.headers.get("X-Standin-User") or request.headers.get("Authorization", "").removeprefix(
        "Bearer "
    )
    return named.lower() if "@" in named else None
