"""A stand-in of the Admin SDK's Directory: `users.list` alone, held to its discovery document."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from googleapiclient.discovery_cache import get_static_doc

from tests.support import envelopes

PATH = "/admin/directory/v1/users"
COMMON = frozenset({"fields", "key", "prettyPrint", "quotaUser", "alt"})
Answer = tuple[int, bytes]


@cache
def method() -> Mapping[str, Any]:
    """What Google says of the method's parameters."""
    found: Mapping[str, Any] = json.loads(get_static_doc("admin", "directory_v1"))
    users: Mapping[str, Any] = found["resources"]["users"]["methods"]["list"]
    return users


def user(address: str, **more: object) -> dict[str, object]:
    return {
        "kind": "admin#directory#user",
        "primaryEmail": address,
        "suspended": False,
        "archived": False,
        **more,
    }


@dataclass(kw_only=True)
class Directory:
    """`users` in the order of their addresses, at most `page` of them at a time. `instead` answers in place
    of a page, by the token that was given and the number of pages asked for before.
    """

    users: list[dict[str, object]] = field(default_factory=list)
    page: int = 500
    instead: Callable[[str, int], Answer | None] = lambda _token, _before: None
    heard: list[dict[str, str]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, asked: dict[str, str]) -> Answer:
        before = len(self.heard)
        self.heard.append(asked)
        if odd := _odd(asked):
            return 400, envelopes.present(400, "invalid", odd)
        return self.instead(asked.get("pageToken", ""), before) or self._listed(asked)

    def _listed(self, asked: Mapping[str, str]) -> Answer:
        domain = asked.get("domain", "")
        ending = f"@{domain}" if domain else ""
        whole = [one for one in self.users if str(one.get("primaryEmail", "")).endswith(ending)]
        whole.sort(key=lambda one: str(one.get("primaryEmail", "")))
        start, most = int(asked.get("pageToken", 0)), min(self.page, int(asked.get("maxResults", 100)))
        page: dict[str, object] = {"kind": "admin#directory#users"}
        if whole[start : start + most]:
            page["users"] = whole[start : start + most]
        if len(whole) > start + most:
            page["nextPageToken"] = str(start + most)
        return 200, json.dumps(page).encode()


def _odd(asked: Mapping[str, str]) -> str:
    """What the discovery document does not allow."""
    for name, value in asked.items():
        rule = method()["parameters"].get(name)
        if rule is None and name not in COMMON:
            return f"Unknown name {name}"
        if rule and "enum" in rule and value not in rule["enum"]:
            return f"Invalid value for {name}"
        if rule and "maximum" in rule and not int(rule["minimum"]) <= int(value) <= int(rule["maximum"]):
            return f"Invalid value for {name}"
    return "" if ("customer" in asked) != ("domain" in asked) else "Bad Request: customer or domain"


@contextmanager
def directory(*addresses: str) -> Iterator[Directory]:
    made = Directory(users=[user(address) for address in addresses])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            made.authorizations.append(self.headers.get("Authorization", ""))
            found = urlsplit(self.path)
            status, body = (404, b"") if found.path != PATH else made.answer(dict(parse_qsl(found.query)))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        made.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield made
        server.shutdown()
