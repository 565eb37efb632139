"""A client of the stand-in's consent, in plain httpx, and a person who answers it."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from gcal_standin.server import Server

Json = dict[str, Any]
BOB = "bob@example.com"
CLIENT = "123-web.apps.googleusercontent.com"
SECRET = "client-secret"
BACK = "https://sync.example.com/callback"
GOOGLE = "https://www.googleapis.com/auth/"
EMAIL = f"{GOOGLE}userinfo.email"
OWNED = f"{GOOGLE}calendar.events.owned.readonly"
WRITING = f"{GOOGLE}calendar.events.owned"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "client_id": CLIENT,
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": f"openid email {OWNED}",
    "state": "the state/&=",
    "nonce": "the-nonce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "access_type": "offline",
    "prompt": "consent",
}


@dataclass
class Client:
    """`id` and `secret` may be another client's."""

    standin: Server
    http: httpx.Client
    id: str = CLIENT
    secret: str = SECRET

    def ask(self, **changes: str) -> httpx.Response:
        asked = ASKED | {"client_id": self.id} | changes
        return self.http.get("/o/oauth2/v2/auth", params={name: v for name, v in asked.items() if v})

    def back(self, **changes: str) -> dict[str, str]:
        """What the person comes back with."""
        return landed(self.ask(**changes))

    def code(self, user: str = BOB, *, ticked: list[str] | None = None, **changes: str) -> str:
        answer: Json = {"account": user} | ({} if ticked is None else {"scopes": ticked})
        self.standin.control("POST", "consents", answer)
        return self.back(**changes)["code"]

    def token(self, **form: str) -> httpx.Response:
        given = {"client_id": self.id, "client_secret": self.secret} | form
        return self.http.post("/token", data={name: value for name, value in given.items() if value})

    def exchange(self, code: str, **changes: str) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        }
        return self.token(**form | changes)

    def refresh(self, token: str, **changes: str) -> httpx.Response:
        return self.token(**{"grant_type": "refresh_token", "refresh_token": token} | changes)

    def tokens(self, user: str = BOB, *, ticked: list[str] | None = None, **changes: str) -> Json:
        """A consent from its beginning to its tokens."""
        got = self.exchange(self.code(user, ticked=ticked, **changes))
        assert got.status_code == 200, got.text
        told: Json = got.json()
        return told

    def calendar(self, path: str, token: str, verb: str = "GET", body: Json | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.request(verb, f"/calendar/v3/{path}", headers=headers, json=body)


def landed(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302, response.text
    parts = urlsplit(response.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == BACK
    return dict(parse_qsl(parts.query))


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    told = response.json()
    return response.status_code, told["error"], told["error_description"]


def register(standin: Server, client_id: str = CLIENT, secret: str = SECRET, **more: Any) -> None:
    standin.control("POST", "clients", {"id": client_id, "secret": secret, "redirectUris": [BACK], **more})


@contextmanager
def client_of(standin: Server) -> Iterator[Client]:
    """A registered client, and Bob, who has a calendar."""
    standin.control("POST", "users", {"email": BOB})
    register(standin)
    with httpx.Client(base_url=standin.url, timeout=30) as http:
        yield Client(standin, http)
