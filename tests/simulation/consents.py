"""Google's consent of users: the stand-in's model at virtual times, as our adapter meets it."""

import json
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

import httpx

from functions.adapters.calendar.oauth import Client, GoogleConsents
from functions.adapters.seal import Seal
from functions.adapters.stores.sqlite import SqliteStore
from functions.adapters.web.client import PASSING, Answer, Call, Http, Wait, asked
from functions.core.consent import READING, Given, Identity
from functions.core.errors import AccessLost, RetryLater
from functions.core.grant import Grant
from functions.flow.connect import Returned
from gcal_standin.consent import authorisation, clients, tokens
from gcal_standin.consent.consent import Consent, Decision
from gcal_standin.consent.errors import Refused
from gcal_standin.model.clock import Clock
from gcal_standin.model.errors import ApiError
from local.virtual.hub import Hub
from tests.simulation.luck import Gate

URL = "https://connect.example.com"
CLIENT = Client(id="123-web.apps.googleusercontent.com", secret="client-secret")
PROJECT = "123"
KEY = "grant-key-" + "g" * 32
ADMIN = "admin_policy_enforced"
# How the token endpoint fails, by a word for it: what it answers, and none of it is about a user.
OUTAGES: Mapping[str, tuple[int, str, Mapping[str, str]]] = {
    "503": (503, "", {}),
    "html": (502, "<html>Bad Gateway</html>", {}),
    "empty": (200, "{}", {}),
    "429": (429, '{"error": "rate_limited"}', {"retry-after": "200"}),
    "client": (401, '{"error": "invalid_client"}', {}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Until then, for this user; for all if none is named."""

    kind: str
    until: float
    user: str = ""


class Unsigned:
    """A key takes long to make, and who gets a token from Google itself looks at no signature."""

    def sign(self, claims: Mapping[str, object]) -> str:
        body = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        return f"e30.{body}.unsigned"


class Endpoint(Http):
    """Google's end of the adapter's HTTP: one try, answered at once."""

    def __init__(self, consents: "Consents") -> None:
        self._consents = consents

    def send(self, make: Callable[[], Call], *, wait: Wait = asked) -> Answer:
        call = make()
        status, text, headers = self._consents.answer(call.url, dict(parse_qsl(call.body.decode())))
        host = urlsplit(call.url).hostname or ""
        answer = Answer(host=host, status=status, headers=httpx.Headers(headers), body=text.encode())
        if status in PASSING:
            raise RetryLater(
                answer.words(), delay=wait(answer, datetime.now().astimezone()), logged=answer.brief
            )
        return answer


@dataclass(slots=True, kw_only=True)
class Consents:
    """`blocked` are the users whose administrator forbids it, `outages` those of the token endpoint. `away`
    is since when a user's calendars cannot be read for lack of consent, `ended` whose consent once ended
    elsewhere than here: nobody could stop their channels then. `stays` are those who do not come back.
    """

    hub: Hub
    store: SqliteStore
    struck: Counter[str]
    users: tuple[str, ...]
    google: Consent
    blocked: set[str] = field(default_factory=set)
    outages: list[Outage] = field(default_factory=list)
    away: dict[str, float] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    stays: frozenset[str] = frozenset()
    seal: Seal = field(default_factory=lambda: Seal((KEY,), setting="GRANT_KEYS"))

    @classmethod
    def of(
        cls, hub: Hub, store: SqliteStore, clock: Clock, struck: Counter[str], users: Iterable[str]
    ) -> "Consents":
        google = Consent(clock)
        google.identities.__dict__["keys"] = Unsigned()
        back = clients.Client(
            id=CLIENT.id, secret=CLIENT.secret, redirect_uris=[f"{URL}/callback"], project=PROJECT
        )
        google.clients.register(back)
        return cls(hub=hub, store=store, struck=struck, users=tuple(sorted(users)), google=google)

    def adapter(self, ahead: float) -> GoogleConsents:
        """As an instance has it: its access tokens last as long as the instance, or an hour."""
        return GoogleConsents(
            client=CLIENT,
            seal=self.seal,
            kept=self.store,
            advice=f"send them to {URL}",
            http=Endpoint(self),
            clock=lambda: self.hub.seconds + ahead,
        )

    # What Google answers.

    def answer(self, url: str, form: Mapping[str, str]) -> tuple[int, str, Mapping[str, str]]:
        user = self._whose(form)
        if url.endswith("/token") and (outage := self._outage(user)):
            self.struck[f"token endpoint {outage.kind}"] += 1
            return OUTAGES[outage.kind]
        try:
            return 200, json.dumps(self._granted(url, form, user)), {}
        except Refused as refused:
            self.struck[f"token endpoint {refused.error}"] += 1
            return refused.status, json.dumps(refused.body()), {}
        finally:
            self.look()

    def _granted(self, url: str, form: Mapping[str, str], user: str) -> Mapping[str, object]:
        if url.endswith("/revoke"):
            tokens.revoke(self.google, form["token"])
            return {}
        if user in self.blocked and not self._only_signs_in(form):
            raise Refused(400, ADMIN, "")
        return tokens.answer(self.google, form)

    def _whose(self, form: Mapping[str, str]) -> str:
        code = self.google.code(form.get("code", ""))
        grant = self.google.grants.by_refresh(form.get("refresh_token", ""))
        return code.decision.user if code else grant.user if grant else ""

    def _only_signs_in(self, form: Mapping[str, str]) -> bool:
        code = self.google.code(form.get("code", ""))
        return code is not None and not code.asked.offline

    def _outage(self, user: str) -> Outage | None:
        lasting = [one for one in self.outages if one.until > self.hub.seconds]
        return next((one for one in lasting if one.user in ("", user)), None)

    # What users and administrators do there.

    def end(self, user: str) -> None:
        """The user ends the consent at Google: with all its tokens, at once."""
        self.google.grants.end(user, PROJECT)
        self.ended.add(user)
        self.look()

    def block(self, user: str) -> None:
        """The administrator forbids it. What was given lives on, and is good again when that is over."""
        self.blocked.add(user)
        self.ended.add(user)
        self.google.grants.end_access(user)
        self.look()

    def allow(self, user: str) -> None:
        self.blocked.discard(user)
        self.look()

    def page(self, url: str, user: str) -> Returned:
        """Where the user is sent from Google's page, having agreed to everything."""
        params = dict(parse_qsl(urlsplit(url).query))
        wanted = authorisation.read(params, self.google.clients)
        forbidden = ADMIN if user in self.blocked and wanted.offline else ""
        back = self.google.decide(wanted, Decision(user=user, error=forbidden))
        return Returned(state=back["state"], code=back.get("code", ""), error=back.get("error", ""))

    # What is true of it.

    def look(self) -> None:
        """To be called after everything that may end or begin a consent."""
        for user in self.users:
            if self.stands(user):
                self.away.pop(user, None)
            else:
                self.away.setdefault(user, self.hub.seconds)

    def give(self, user: str) -> None:
        """A consent that there is from the beginning."""
        grant = self.google.grants.add(user, self.google.clients.find(CLIENT.id), (READING,), offline=True)
        subject = self.google.people.subject(user)
        closed = self.seal.close(grant.refresh_token or "", user, subject)
        now = self.hub.now()
        kept = Grant(user=user, subject=subject, sealed=closed, scopes=(READING,), granted_at=now)
        self.store.keep_grant(kept, None)

    def stands(self, user: str) -> bool:
        """Whether what the service has kept opens the user's calendars."""
        kept = self.store.grant(user)
        if kept is None or user in self.blocked:
            return False
        token = self.seal.open(kept.value.sealed, kept.value.user, kept.value.subject)
        return self.google.grants.by_refresh(token) is not None


@dataclass(slots=True, kw_only=True)
class Bearers:
    """One process' access tokens: each call of Calendar has one, as the service's adapter gets it."""

    consents: Consents
    adapter: GoogleConsents
    say: Callable[[str], None]

    def check(self, user: str) -> None:
        """As Calendar looks at the token of a call; one that is refused is replaced once."""
        try:
            bearer = self.adapter.credentials(user)
            if not self._live(bearer):
                bearer.refresh(None)  # type: ignore[no-untyped-call]
                if not self._live(bearer):
                    raise ApiError(401, "authError", "Invalid Credentials")
        except AccessLost as error:
            if self.consents.stands(user):
                self.say(f"{user} counts as one without consent, which stands: {error}")
            raise

    def _live(self, bearer: object) -> bool:
        headers: dict[str, str] = {}
        bearer.before_request(None, "", "", headers)  # type: ignore[attr-defined]
        token = headers["authorization"].removeprefix("Bearer ")
        return self.consents.google.grants.by_access(token) is not None


@dataclass(slots=True, kw_only=True)
class SimConsents:
    """The port as one process has it."""

    inner: GoogleConsents
    gate: Gate
    ends: Callable[[str], None]

    @property
    def client_id(self) -> str:
        return self.inner.client_id

    def page(self, question: Mapping[str, str]) -> str:
        return self.inner.page(question)

    def exchange(self, code: str, *, verifier: str, redirect_uri: str) -> Given:
        return self.gate.call(
            "consent.exchange",
            "",
            lambda: self.inner.exchange(code, verifier=verifier, redirect_uri=redirect_uri),
        )

    def sealed(self, given: Given, who: Identity, now: datetime) -> Grant:
        return self.inner.sealed(given, who, now)

    def resealed(self, grant: Grant) -> Grant | None:
        return self.inner.resealed(grant)

    def give_back(self, given: Given) -> None:
        def effect() -> None:
            self.ends(str(given.claims.get("email")))
            self.inner.give_back(given)

        self.gate.call("consent.revoke", "given", effect)

    def revoke(self, grant: Grant) -> None:
        def effect() -> None:
            self.ends(grant.user)
            self.inner.revoke(grant)

        self.gate.call("consent.revoke", grant.user, effect)

    def check(self) -> str:
        return self.inner.check()
