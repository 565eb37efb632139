"""The servers asked for a user's token under delegation, and Calendar's, each saying what is wanted."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from google.auth import _exponential_backoff, iam, impersonated_credentials
from google.oauth2 import credentials as login

from functions.adapters.calendar.google import GoogleCalendar
from tests.contract.calendar_asked import OWNER
from tests.support.scripted import Say, Scripted, answer

ACCOUNT = "sync@p.iam.gserviceaccount.com"
PERSON = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
WELL = {
    "login": answer(200, b'{"access_token": "own", "expires_in": 3600}'),
    "iam": answer(200, b'{"keyId": "k", "signedJwt": "a.b.c"}'),
    "tokens": answer(200, b'{"access_token": "users", "expires_in": 3600}'),
    "calendar": answer(200, b'{"id": "team@example.com"}'),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Google:
    """Its servers. `asked` is what a calendar makes of what they say, all others being well."""

    servers: dict[str, Scripted]

    def calendar(self, ailing: Mapping[str, Say], auth: str = "delegation") -> GoogleCalendar:
        for name, server in self.servers.items():
            server.says[:] = [ailing.get(name, WELL[name])]
            server.heard.clear()
        endpoint = f"http://127.0.0.1:{self.servers['calendar'].port}"
        return GoogleCalendar(
            auth=auth,
            solutions=(),
            endpoint=endpoint,
            address="https://s.example.com/",
            account=ACCOUNT,
            tries_more=0,
        )

    def asked(self, ailing: Mapping[str, Say], auth: str = "delegation") -> str:
        return self.calendar(ailing, auth).resolve(OWNER)


@contextmanager
def signing(folder: Path) -> Iterator[Google]:
    """The account that runs is a person who has logged in on this machine."""
    path = folder / "person.json"
    path.write_text(json.dumps(PERSON))
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        servers = {name: stack.enter_context(Scripted([say])) for name, say in WELL.items()}
        patch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        patch.setattr(login, "_GOOGLE_OAUTH2_TOKEN_ENDPOINT", servers["login"].url)
        patch.setattr(iam, "_IAM_SIGNJWT_ENDPOINT", servers["iam"].url + "/{}:signJwt")
        patch.setattr(impersonated_credentials, "_GOOGLE_OAUTH2_TOKEN_ENDPOINT", servers["tokens"].url)
        patch.setattr(_exponential_backoff, "time", SimpleNamespace(sleep=lambda _: None))
        yield Google(servers=servers)
