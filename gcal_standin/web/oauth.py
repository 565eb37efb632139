"""Google's endpoints around consent, under the paths that they have at Google.

accounts.google.com has `/o/oauth2/v2/auth`, oauth2.googleapis.com `/token`, `/revoke` and `/tokeninfo`,
www.googleapis.com the keys: here one address has them all.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from gcal_standin.consent import authorisation, tokens
from gcal_standin.consent.authorisation import Authorisation
from gcal_standin.consent.consent import DENIED, Consent, Decision
from gcal_standin.consent.errors import Refused
from gcal_standin.consent.identity import ISSUER
from gcal_standin.model.errors import ApiError
from gcal_standin.web import answers, consentpage
from gcal_standin.web.faults import Fault
from gcal_standin.web.refusals import Garbled
from gcal_standin.web.requestlog import Entry
from gcal_standin.web.service import Service

_AUTH, _TOKEN, _REVOKE, _INFO = "/o/oauth2/v2/auth", "/token", "/revoke", "/tokeninfo"
_JWKS, _CERTIFICATES = "/oauth2/v3/certs", "/oauth2/v1/certs"
_DISCOVERY = "/.well-known/openid-configuration"
_UNKEPT = {"Cache-Control": "no-cache, no-store, max-age=0, must-revalidate", "Pragma": "no-cache"}
_KEPT = {"Cache-Control": "public, max-age=3600, must-revalidate, no-transform"}
_NO_FAULT = Fault()
Handler = Callable[[Request], Response]


class Oauth:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._consent: Consent = service.consent
        self._table: dict[str, tuple[str, frozenset[str], Handler]] = {
            _AUTH: ("oauth2.auth", frozenset({"GET", "HEAD", "POST"}), self._auth),
            _TOKEN: ("oauth2.token", frozenset({"POST"}), self._token),
            _REVOKE: ("oauth2.revoke", frozenset({"POST"}), self._revoke),
            _INFO: ("oauth2.tokeninfo", frozenset({"GET", "POST"}), self._info),
            _JWKS: ("oauth2.certs", frozenset({"GET", "HEAD"}), self._jwks),
            _CERTIFICATES: ("oauth2.certs", frozenset({"GET", "HEAD"}), self._certificates),
            _DISCOVERY: ("oauth2.discovery", frozenset({"GET", "HEAD"}), self._discovery),
        }

    def serves(self, path: str) -> bool:
        return path in self._table

    def respond(self, request: Request) -> Response:
        name, verbs, handler = self._table[request.path]
        if request.method not in verbs:
            return Response("Not Found", 404, content_type="text/html; charset=UTF-8")
        response = self._faulty(name, handler, request)
        self._service.requests.add(self._entry(name, request, response))
        return response

    def _faulty(self, name: str, handler: Handler, request: Request) -> Response:
        fault = self._service.faults.take(name, None) or _NO_FAULT
        self._service.closing.wait(fault.hang_seconds)
        failure = fault.error()
        if failure is not None and not fault.after:
            return _failed(failure)
        with self._service.world.lock:
            response = _refusing(handler, request)
            self._service.settle()
        return response if failure is None else _failed(failure)

    def _entry(self, name: str, request: Request, response: Response) -> Entry:
        return Entry(
            method=name,
            verb=request.method,
            path=request.path,
            query=request.args.to_dict(flat=False),
            status=response.status_code,
            reason=None,
            bytes=response.content_length or 0,
            at_ms=self._service.world.clock.now_ms(),
        )

    def _auth(self, request: Request) -> Response:
        try:
            asked = authorisation.read(request.args, self._consent.clients)
            decision = self._decision(asked, request)
        except Refused as refused:
            return consentpage.failed(refused)
        if decision is None:
            return consentpage.page(asked, self._service.world.users())
        told = urlencode(self._consent.decide(asked, decision))
        mark = "&" if "?" in asked.redirect_uri else "?"
        return Response(status=302, headers=_UNKEPT | {"Location": f"{asked.redirect_uri}{mark}{told}"})

    def _decision(self, asked: Authorisation, request: Request) -> Decision | None:
        """What a control or the page's form says; None if nobody has said anything yet."""
        if request.method == "POST":
            return self._chosen(request)
        if not self._consent.decisions:
            return None
        decision = self._consent.decisions.popleft()
        user = decision.user or asked.login_hint or self._service.world.default_user
        return Decision(user=user, ticked=decision.ticked, error=decision.error, claims=decision.claims)

    def _chosen(self, request: Request) -> Decision:
        user = request.form.get("account", "").lower()
        if request.form.get("decision") != "allow":
            return Decision(user=user, error=DENIED)
        if user not in self._service.world.users():
            raise Refused(400, "invalid_request", f"There is no account {user}.")
        return Decision(user=user, ticked=request.form.getlist("scope"))

    def _token(self, request: Request) -> Response:
        return answers.document(tokens.answer(self._consent, _form(request)), headers=_UNKEPT)

    def _revoke(self, request: Request) -> Response:
        tokens.revoke(self._consent, request.values.get("token", ""))
        return answers.document({}, headers=_UNKEPT)

    def _info(self, request: Request) -> Response:
        return answers.document(tokens.info(self._consent, request.values), headers=_UNKEPT)

    def _jwks(self, _: Request) -> Response:
        return answers.document(self._consent.identities.keys.jwks(), headers=_KEPT)

    def _certificates(self, _: Request) -> Response:
        return answers.document(self._consent.identities.keys.certificates, headers=_KEPT)

    def _discovery(self, request: Request) -> Response:
        return answers.document(_document(request.host_url.rstrip("/")), headers=_KEPT)


def _refusing(handler: Handler, request: Request) -> Response:
    try:
        return handler(request)
    except Refused as refused:
        return answers.document(refused.body(), refused.status, _UNKEPT)
    except ApiError as error:
        return _failed(error)


def _failed(failure: ApiError) -> Response:
    """Write a fault: its text, or what an OAuth client expects in place of Calendar's envelope."""
    response = answers.refused(failure)
    if not isinstance(failure, Garbled):
        body = Refused(failure.status, failure.reason, failure.message).body()
        response.set_data(answers.document(body).get_data())
    return response


def _form(request: Request) -> dict[str, str]:
    """The form, with the client as Basic authentication may name it instead (RFC 6749, 2.3.1)."""
    given = request.form.to_dict()
    who = request.authorization
    if who is not None and who.type == "basic":
        given |= {"client_id": who.username or "", "client_secret": who.password or ""}
    return given


def _document(root: str) -> dict[str, object]:
    """As at https://accounts.google.com/.well-known/openid-configuration, less what is not served here."""
    return {
        "issuer": ISSUER,
        "authorization_endpoint": root + _AUTH,
        "token_endpoint": root + _TOKEN,
        "revocation_endpoint": root + _REVOKE,
        "jwks_uri": root + _JWKS,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
    }
