"""OAuth clients as they are registered in Google's console; those of one Cloud project share their grants."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from gcal_standin.consent.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    id: str
    secret: str
    redirect_uris: Sequence[str]
    project: str


class Clients:
    def __init__(self) -> None:
        self._clients: dict[str, Client] = {}

    def register(self, client: Client) -> None:
        self._clients[client.id] = client

    def all(self) -> Sequence[Client]:
        return tuple(self._clients.values())

    def find(self, client_id: str) -> Client:
        if client_id not in self._clients:
            raise Refused(401, "invalid_client", "The OAuth client was not found.")
        return self._clients[client_id]

    def authenticated(self, client_id: str, secret: str) -> Client:
        client = self.find(client_id)
        if not hmac.compare_digest(client.secret.encode(), secret.encode()):
            raise Refused(401, "invalid_client", "The provided client secret is invalid.")
        return client
