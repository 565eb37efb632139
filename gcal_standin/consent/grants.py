"""Grants: what a person allowed a client, with the tokens that were given for it.

One client has at most 100 refresh tokens of one person: the oldest ends without a word. Revoking one token
ends all that the person allowed any client of that project:
https://developers.google.com/identity/protocols/oauth2#expiration
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from gcal_standin.consent.clients import Client
from gcal_standin.model.clock import Clock
from gcal_standin.model.times import Json

ACCESS_S = 3_599
REFRESH_TOKENS_MAX = 100


@dataclass(slots=True, kw_only=True, eq=False)
class Grant:
    user: str
    client: Client
    scopes: Sequence[str]
    granted_ms: int
    refresh_token: str | None
    access: dict[str, int] = field(default_factory=dict)  # token -> when it ends, in ms

    def told(self) -> Json:
        return {
            "user": self.user,
            "client": self.client.id,
            "scopes": list(self.scopes),
            "grantedMs": self.granted_ms,
            "refreshToken": self.refresh_token,
            "accessTokens": list(self.access),
        }


class Grants:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._live: list[Grant] = []
        self.issued: list[str] = []  # every code and token there ever was, to search logs and stores for

    def add(self, user: str, client: Client, scopes: Sequence[str], *, offline: bool) -> Grant:
        """Note a consent; with `offline` it has a refresh token."""
        grant = Grant(
            user=user,
            client=client,
            scopes=scopes,
            granted_ms=self._clock.now_ms(),
            refresh_token=self.secret("1//0") if offline else None,
        )
        self._live.append(grant)
        self._limit(grant)
        return grant

    def access_token(self, grant: Grant) -> str:
        token = self.secret("ya29.")
        grant.access[token] = self._clock.now_ms() + ACCESS_S * 1000
        return token

    def by_access(self, token: str) -> Grant | None:
        now_ms = self._clock.now_ms()
        return next((each for each in self._live if each.access.get(token, 0) > now_ms), None)

    def by_refresh(self, token: str) -> Grant | None:
        return next((each for each in self._live if token and each.refresh_token == token), None)

    def of(self, user: str, client: Client) -> Sequence[Grant]:
        return [each for each in self._live if each.user == user and each.client.id == client.id]

    def live(self) -> Sequence[Grant]:
        return tuple(self._live)

    def restore(self, grants: Sequence[Grant]) -> None:
        self._live = list(grants)
        self.issued += [each.refresh_token for each in grants if each.refresh_token]

    def end(self, user: str, project: str | None = None) -> None:
        """End all that a person allowed a project, or anybody."""
        gone = [each for each in self._live if each.user == user and project in (None, each.client.project)]
        self._live = [each for each in self._live if each not in gone]

    def end_one(self, grant: Grant) -> None:
        self._live = [each for each in self._live if each is not grant]

    def end_access(self, user: str | None = None) -> None:
        """End the access tokens of a person, or of all; refresh tokens live on."""
        for grant in self._live:
            if user in (None, grant.user):
                grant.access.clear()

    def secret(self, prefix: str) -> str:
        made = prefix + secrets.token_urlsafe(32)
        self.issued.append(made)
        return made

    def _limit(self, grant: Grant) -> None:
        kept = [each for each in self.of(grant.user, grant.client) if each.refresh_token]
        for oldest in kept[:-REFRESH_TOKENS_MAX]:
            self.end_one(oldest)
