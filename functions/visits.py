"""What browsers and the add-on ask `connect_calendar`, and what they are answered.

A browser is known by one cookie, which lasts as long as a state does. It is for https alone; as measured,
Chromium 156 keeps and sends it over http to 127.0.0.1 and localhost too, so trying it there needs no weaker
one. No address to go on to is ever taken from a request.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import flask

from functions import pages
from functions.core import caller
from functions.core.consent import STATE_S, Purpose, Visit
from functions.core.errors import AccessLost, BadRequest, Rejected, RetryLater
from functions.flow import connect
from functions.flow.context import Context

if TYPE_CHECKING:
    from functions.ports import Identities

Answers = Callable[[flask.Request], flask.Response]
log = logging.getLogger(__name__)
COOKIE = "__Host-connect"
SECRET_BYTES = 32
OURS = (
    "Google cannot be reached, or this service is not set up right. Nothing was changed. "
    "Please try again later."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """`identities` is asked for only if a token is to be verified, which must be for the `addon`."""

    context: Context
    identities: "Callable[[], Identities]"
    addon: str
    url: str

    def answer(self, request: flask.Request) -> flask.Response:
        paths: Mapping[str, Mapping[str, Answers]] = {
            "/": {"GET": self._invite},
            "/callback": {"GET": self._return},
            "/disconnect": {"GET": self._sign_out, "POST": self._disconnect},
            "/status": {"POST": self._status},
        }
        verbs = paths.get(request.path)
        if verbs is None:
            return _page(404, pages.refused(["There is no such page."]))
        if request.method not in verbs:
            return _page(405, pages.refused(["That is not how this page is asked."]), Allow=", ".join(verbs))
        return verbs[request.method](request)

    def _invite(self, request: flask.Request) -> flask.Response:
        ticket, calendar_id = request.args.get("ticket", ""), request.args.get("calendar_id", "")
        return _told(lambda: self._led(connect.invited(self.context, ticket=ticket, calendar_id=calendar_id)))

    def _sign_out(self, _: flask.Request) -> flask.Response:
        return _told(lambda: self._led(Visit(purpose=Purpose.DISCONNECT)))

    def _led(self, visit: Visit) -> flask.Response:
        secret = secrets.token_urlsafe(SECRET_BYTES)
        answer = _page(303, "", Location=connect.start(self.context, visit, secret))
        answer.set_cookie(COOKIE, secret, max_age=STATE_S, secure=True, httponly=True, samesite="Lax")
        return answer

    def _return(self, request: flask.Request) -> flask.Response:
        given = {name: request.args.get(name, "") for name in ("state", "code", "error")}
        return _told(partial(self._returned, connect.Returned(**given), _secret(request)))

    def _returned(self, returned: connect.Returned, secret: str) -> flask.Response:
        ended = connect.finish(self.context, returned, secret)
        leaving = f"{self.url}/disconnect"
        if ended.confirmation:  # the cookie is needed once more
            return _page(200, pages.confirming(ended.user, leaving, ended.confirmation))
        return _over(_page(200, pages.connected(ended.user, ended.calendar_id, leaving)))

    def _disconnect(self, request: flask.Request) -> flask.Response:
        confirmation, secret = request.form.get("confirmation", ""), _secret(request)
        return _told(partial(self._disconnected, confirmation, secret))

    def _disconnected(self, confirmation: str, secret: str) -> flask.Response:
        ended = connect.confirmed(self.context, confirmation, secret)
        return _over(_page(200, pages.disconnected(ended.user)))

    def _status(self, request: flask.Request) -> flask.Response:
        try:
            token = caller.presented(request.headers)
            user = caller.signed_in(self.identities().claims(token), audience=self.addon)
            state = {
                "connected": connect.is_connected(self.context, user),
                "url": connect.ticket_url(self.context, user),
            }
        except BadRequest as error:
            return _json(401, {"error": str(error)})
        except (RetryLater, Rejected) as error:
            log.warning("connect.failed", extra={"why": error.logged})
            return _json(502, {"error": "the state cannot be told for now"})
        return _json(200, state)


def _told(make: Callable[[], flask.Response]) -> flask.Response:
    """Its page, or one that says why there is none. What Google or our parts say is for the log alone."""
    try:
        return make()
    except BadRequest as error:
        return _page(error.status, pages.refused([str(error)]))
    except AccessLost as error:
        log.warning("connect.failed", extra={"why": error.logged})
        said = "Google shows no such calendar of yours. Please connect one that you own."
        return _page(404, pages.refused([said]))
    except (RetryLater, Rejected) as error:
        log.warning("connect.failed", extra={"why": error.logged})
        return _page(502, pages.refused([OURS]))


def _secret(request: flask.Request) -> str:
    return request.cookies.get(COOKIE, "")


def _page(status: int, body: str, **headers: str) -> flask.Response:
    return flask.Response(body, status, {**pages.HEADERS, **headers})


def _over(answer: flask.Response) -> flask.Response:
    """What the cookie was for is done."""
    answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Lax")
    return answer


def _json(status: int, body: object) -> flask.Response:
    answer = flask.jsonify(body)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
