"""The controls of consent: clients, what people answer, and how it ends."""

from collections.abc import Callable, Mapping
from typing import Any

from gcal_standin.consent.clients import Client
from gcal_standin.consent.consent import Consent, Decision
from gcal_standin.consent.grants import ACCESS_S
from gcal_standin.consent.scopes import GOOGLE
from gcal_standin.model.errors import invalid
from gcal_standin.model.times import Json
from gcal_standin.model.world import World

# Calendar's own page, with which a person reads and changes what is theirs.
_PAGE = Client(id="0-calendar-page", secret="", redirect_uris=(), project="0")
_ALL = f"{GOOGLE}calendar"
_ANSWER = {"account", "scopes", "error", "claims"}


class ConsentControls:
    def __init__(self, consent: Consent, world: World) -> None:
        self._consent = consent
        self._world = world

    def table(self) -> Mapping[tuple[str, str], Callable[[Json], Any]]:
        grants = self._consent.grants
        return {
            ("POST", "clients"): self._client,
            ("POST", "tokens"): self._tokens,
            ("POST", "consents"): self._answer,
            ("DELETE", "consents"): lambda _: self._consent.decisions.clear(),
            ("GET", "grants"): lambda _: [grant.told() for grant in grants.live()],
            ("POST", "grants/end"): self._end,
            ("POST", "grants/expire"): lambda body: grants.end_access(body.get("account")),
            ("GET", "grants/issued"): lambda _: list(grants.issued),
            ("POST", "subject"): self._subject,
            ("POST", "identity"): self._identity,
        }

    def _client(self, body: Json) -> None:
        project = body.get("project") or body["id"].partition("-")[0]
        uris = tuple(body["redirectUris"])
        client = Client(id=body["id"], secret=body["secret"], redirect_uris=uris, project=project)
        self._consent.clients.register(client)

    def _tokens(self, body: Json) -> Json:
        """Tokens as if a person had just allowed a client all that it asked for."""
        user, clients = self._known(body["account"]), self._consent.clients
        client = clients.find(body["client"]) if "client" in body else _PAGE
        scopes = tuple(body.get("scopes", (_ALL,)))
        grant = self._consent.grants.add(user, client, scopes, offline="client" in body)
        told = {"access_token": self._consent.grants.access_token(grant), "expires_in": ACCESS_S}
        told |= {"token_type": "Bearer", "scope": " ".join(scopes)}
        return told | ({"refresh_token": grant.refresh_token} if grant.refresh_token else {})

    def _answer(self, body: Json) -> None:
        if not body.keys() <= _ANSWER:
            raise invalid(f"An answer has {', '.join(sorted(_ANSWER))}.")
        user = self._known(body["account"]) if "account" in body else ""
        self._consent.decisions.append(
            Decision(
                user=user,
                ticked=body.get("scopes"),
                error=body.get("error", ""),
                claims=body.get("claims", {}),
            )
        )

    def _end(self, body: Json) -> None:
        client = self._consent.clients.find(body["client"]) if "client" in body else None
        self._consent.grants.end(self._known(body["account"]), client.project if client else None)

    def _subject(self, body: Json) -> Json:
        user = self._known(body["account"])
        self._consent.grants.end(user)
        return {"sub": self._consent.people.recycle(user, body.get("sub"))}

    def _identity(self, body: Json) -> Json:
        claims = body.get("claims", {})
        user = self._known(body["account"])
        return {"id_token": self._consent.identities.token(user, body["audience"], claims)}

    def _known(self, account: str) -> str:
        if account.lower() not in self._world.users():
            raise invalid(f"There is no account {account}.")
        return account.lower()
