"""Consent from the person's side: what they answer, and the code that takes it to the client."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from gcal_standin.consent import scopes
from gcal_standin.consent.authorisation import Authorisation
from gcal_standin.consent.clients import Clients
from gcal_standin.consent.grants import Grant, Grants
from gcal_standin.consent.identity import ISSUER, Identities
from gcal_standin.consent.people import People
from gcal_standin.model.clock import Clock
from gcal_standin.model.times import Json

CODE_LIFE_S = 600
DENIED = "access_denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person answered, or what their administrator did for them."""

    user: str
    ticked: Sequence[str] | None = None  # None: everything
    error: str = ""  # such as access_denied: nothing was allowed
    claims: Json = field(default_factory=dict)  # what the identity token says otherwise than it should


@dataclass(slots=True, kw_only=True)
class Code:
    asked: Authorisation
    decision: Decision
    scopes: Sequence[str]
    expires_ms: int
    spent: bool = False
    grant: Grant | None = None


class Consent:
    """Promise: as with the world, every call is made with its lock held."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.clients = Clients()
        self.grants = Grants(clock)
        self.people = People()
        self.identities = Identities(self.people, clock)
        self.decisions: deque[Decision] = deque()  # what the next people answer, without a browser
        self._codes: dict[str, Code] = {}

    def decide(self, asked: Authorisation, decision: Decision) -> dict[str, str]:
        """Return what the client is told: a code, or why there is none."""
        state = {"state": asked.state} if asked.state else {}
        granted = scopes.granted(asked.scopes, decision.ticked)
        if decision.error or not granted:
            return {"error": decision.error or DENIED} | state
        code = self.grants.secret("4/0A")
        expires_ms = self.clock.now_ms() + CODE_LIFE_S * 1000
        self._codes[code] = Code(asked=asked, decision=decision, scopes=granted, expires_ms=expires_ms)
        told = [*(["email"] if scopes.EMAIL in granted else []), *granted]
        return state | {
            "iss": ISSUER,
            "code": code,
            "scope": " ".join(told),
            "authuser": "0",
            "prompt": "consent",
        }

    def code(self, text: str) -> Code | None:
        return self._codes.get(text)
